import { rm } from 'node:fs/promises'
import type { ConvertedModel } from 'flashworld/node'
import { hubSettings, removePublished } from 'flashworld/node'
import { byteWords } from '../../byte-words.ts'
import type { Given, Session } from '../../command.ts'
import { consents } from '../../consent.ts'
import { knownModel, notHere } from './known-model.ts'

/** Removes converted models, and with `--published` the fetched files too. @returns the exit code */
export async function remove(
  name: string,
  converted: readonly ConvertedModel[],
  { given, session }: { readonly given: Pick<Given, 'switches'>; readonly session: Session },
): Promise<number> {
  const { output } = session
  const published = given.switches.has('published') ? knownModel(name) : undefined
  if (converted.length === 0 && !published) throw notHere(name)
  const { cache } = hubSettings()
  const what = [
    ...converted.map(({ folder }) => folder),
    ...(published ? [`its published files in ${cache}`] : []),
  ]
  if (!(await consents(`Remove ${what.join(' and ')}?`, given, session))) {
    output.tell({ type: 'done' }, 'nothing was removed')
    return 1
  }
  for (const { folder } of converted) {
    await rm(folder, { recursive: true, force: true })
    output.say(`removed ${folder}`)
  }
  const freed = published ? await removePublished(published, cache) : 0
  if (published) output.say(`removed ${byteWords(freed)} from ${cache}`)
  output.tell({ type: 'done', removed: converted.map(({ folder }) => folder), freed })
  return 0
}
