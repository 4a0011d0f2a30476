import { resolve } from 'node:path'
import type { ConvertedModel } from 'flashworld/node'
import {
  cachedFiles,
  convertedFolder,
  embeddedModel,
  findConverted,
  hubSettings,
  isModelName,
  namedFiles,
  precisionOrder,
  publishedModels,
} from 'flashworld/node'
import type { Command, Given, Session } from '../../command.ts'
import { oneOf, UsageError } from '../../command.ts'
import { yesOption } from '../../consent.ts'
import { didYouMean } from '../../did-you-mean.ts'
import { convertTo } from './convert.ts'
import { knownModel, notHere } from './known-model.ts'
import { list } from './list.ts'
import { pull } from './pull.ts'
import { remove } from './remove.ts'
import { verify } from './verify.ts'

const actions = ['list', 'pull', 'convert', 'verify', 'rm', 'path'] as const

export const modelsCommand: Command = {
  name: 'models',
  summary:
    'Lists, fetches, converts, checks and removes models; pull makes the published one ready to use',
  positionals: 'list|pull|convert|verify|rm|path [NAME]',
  options: {
    precision: {
      value: precisionOrder.join('|'),
      summary:
        'what its matrices are stored as: pull and convert take int8 unless told, verify and rm take all, path the smallest',
    },
    ckpt: {
      value: 'FILE|DIR',
      summary:
        'convert: a published model.ckpt that is there already; the rest lies beside it or in the cache of the hub',
    },
    out: { value: 'DIR', summary: 'convert: this folder instead of the usual place' },
    'for-browsers': {
      summary: 'pull, convert: files of at most 512 MB, which pages fetch by ranges',
    },
    published: { summary: 'rm: the fetched files in the cache of the hub as well' },
    ...yesOption,
  },
  examples: [
    'npx flashworld models pull flashworld',
    'npx flashworld models pull flashworld --precision f16 --yes',
    'npx flashworld models convert --ckpt /models/model.ckpt --precision int8',
    'npx flashworld models rm flashworld --published',
  ],
  async run(given, session) {
    const [verb, name, ...more] = given.positionals
    const action = actionOf(verb)
    if (more.length > 0) throw new UsageError(`models: expected one name, got '${more[0]}' as well`)
    if (action === 'list') {
      await list(session.output)
      return 0
    }
    if (action === 'convert') return convert(name, given, session)
    if (name === undefined) throw new UsageError(`models ${action}: expected a model's name`)
    if (action === 'pull') {
      const made = await pull(name, convertOptions(given), { given, session })
      if (made) return tellReady(name, made, session)
      session.output.tell({ type: 'done' }, 'nothing was fetched')
      return 1
    }
    const converted = await chosen(name, given)
    if (action === 'verify') return verify(name, converted, session)
    if (action === 'rm') return remove(name, converted, { given, session })
    const folder = name === 'mini' ? embeddedModel() : converted[0]?.folder
    if (folder === undefined) throw notHere(name)
    session.output.tell({ type: 'result', name, folder }, folder)
    return 0
  },
}

/** @throws UsageError */
function actionOf(verb: string | undefined): (typeof actions)[number] {
  const found = actions.find((action) => action === verb)
  if (found) return found
  const expected = `models: expected one of ${actions.join(', ')}`
  if (verb === undefined) throw new UsageError(`${expected}, got nothing`)
  throw new UsageError(`${expected}, got '${verb}'${didYouMean(verb, actions)}`)
}

/** Converted models of a name, of the precision that is asked for if one is. */
async function chosen(name: string, given: Given): Promise<ConvertedModel[]> {
  const all = await findConverted(name)
  if (given.values.precision === undefined) return all
  const asked = convertOptions(given).precision
  return all.filter(({ precision }) => precision === asked)
}

/** @throws UsageError */
const convertOptions = ({ values, switches }: Given) => ({
  precision: oneOf('precision', values.precision ?? 'int8', precisionOrder),
  forBrowsers: switches.has('for-browsers'),
})

/** Converts what is there: a checkpoint that somebody has, or what was fetched. */
async function convert(name: string | undefined, given: Given, session: Session): Promise<number> {
  const { ckpt, out } = given.values
  const options = convertOptions(given)
  const { cache } = hubSettings()
  const files =
    ckpt === undefined
      ? await cachedFiles(knownModel(name ?? 'flashworld'), cache)
      : await namedFiles(ckpt, publishedModels.get('flashworld')!, cache)
  const published = name === undefined ? files : { ...files, name }
  if (!isModelName(published.name))
    throw new UsageError(
      `models convert: expected a name such as flashworld, got '${published.name}'`,
    )
  const usual = convertedFolder(published.name, options.precision)
  const made = await convertTo(published, {
    ...options,
    folder: out === undefined ? usual : resolve(out),
    session,
  })
  return tellReady(published.name, made, session)
}

function tellReady(
  name: string,
  { precision, folder }: ConvertedModel,
  { output }: Session,
): number {
  output.tell(
    { type: 'result', name, precision, folder },
    `${name} is ready, with ${precision}: ${folder}`,
  )
  return 0
}
