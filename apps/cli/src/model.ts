import type { FlashWorld, MemoryWish } from 'flashworld'
import { errorCode, loadFlashWorld, memorySizes, precisions } from 'flashworld'
import type { Backend, LocatedModel } from 'flashworld/node'
import { backends, locateModel, nodeImages, openEngine, publishedModels } from 'flashworld/node'
import type { Given, Option, Session } from './command.ts'
import { oneOf, wholeNumber } from './command.ts'
import { hasTerminal } from './consent.ts'

/** The options by which a command chooses where to compute. */
export const backendOptions: Readonly<Record<string, Option>> = {
  backend: { value: 'NAME', summary: `where to compute: ${backends.join(', ')}`, default: 'auto' },
  precision: {
    value: precisions.join('|'),
    summary: 'what a GPU computes with (default: the quickest that it does well; verify: f32)',
  },
  threads: { value: 'N', summary: 'CPU threads (default: one a core)' },
}

/** The options by which a command chooses what of a model a GPU keeps. */
export const memoryOptions: Readonly<Record<string, Option>> = {
  memory: {
    value: `${memorySizes.join('|')}|auto`,
    summary:
      "GPU memory in GiB to make do with: what does not fit comes from the host's memory when its turn is",
    default: 'auto',
  },
  'offload-text': {
    summary: "the text encoder comes from the host's memory, block by block",
    aliases: ['offload-t5', 'offload_t5'],
  },
  'offload-vae': {
    summary: 'image encoder and decoder are on the GPU only while they work',
    aliases: ['offload_vae'],
  },
  'offload-transformer-during-vae': {
    summary: "the transformer comes from the host's memory, block by block",
    aliases: ['offload_transformer_during_vae'],
  },
}

/** @throws UsageError */
export function givenMemory({ values, switches }: Given): MemoryWish {
  const { memory = 'auto' } = values
  return {
    offload: [
      ...(switches.has('offload-text') ? (['text'] as const) : []),
      ...(switches.has('offload-vae') ? (['vae'] as const) : []),
      ...(switches.has('offload-transformer-during-vae') ? (['transformer'] as const) : []),
    ],
    ...(memory !== 'auto' && {
      gibibytes: wholeNumber('memory', memory, { least: 2, most: 1024 }),
    }),
  }
}

/** The same, and the model. */
export const engineOptions: Readonly<Record<string, Option>> = {
  model: {
    value: 'MODEL',
    summary:
      "mini, the embedded one; flashworld, once it is fetched (models pull flashworld); a published model.ckpt; or a checkpoint's folder",
    default: 'mini',
    aliases: ['ckpt'],
  },
  ...backendOptions,
  ...memoryOptions,
}

/** Finds the model, with the precision that it is to be computed with. @throws FlashWorldError `model/missing` */
export const givenModel = ({ values }: Given): Promise<LocatedModel> =>
  locateModel(values.model!, {
    precision: values.precision === undefined ? undefined : parsePrecision(values.precision),
  })

/** The same; one that can be fetched is offered on a terminal. */
export async function findModel(given: Given, session: Session): Promise<LocatedModel> {
  try {
    return await givenModel(given)
  } catch (error) {
    const { model, precision = 'int8' } = given.values
    const canFetch = errorCode(error) === 'model/missing' && publishedModels.has(model!)
    if (!canFetch || !hasTerminal()) throw error
    const { pull } = await import('./commands/models/pull.ts')
    const options = { precision: parsePrecision(precision), forBrowsers: false }
    if (!(await pull(model!, options, { given, session }))) throw error
    return givenModel(given)
  }
}

const mostThreads = 256

/** @throws UsageError */
export const parsePrecision = (text: string) => oneOf('precision', text, precisions)

/** @throws UsageError */
export const parseThreads = (text: string) =>
  wholeNumber('threads', text, { least: 1, most: mostThreads })

export async function openBackend({ values }: Given) {
  return openEngine({
    backend: oneOf<Backend>('backend', values.backend!, backends),
    precision: values.precision === undefined ? undefined : parsePrecision(values.precision),
    threads: values.threads === undefined ? undefined : parseThreads(values.threads),
  })
}

/** Opens the backend and loads the model onto it, showing how far it is. */
export async function openModel(given: Given, session: Session): Promise<FlashWorld> {
  const { name, source } = await findModel(given, session)
  const { output, signal } = session
  const engine = await openBackend(given)
  const progress = output.progress()
  try {
    const model = await loadFlashWorld({
      engine,
      source,
      name,
      images: nodeImages,
      memory: givenMemory(given),
      prepareFor: 'usual',
      signal,
      onProgress: (fraction) => progress.show(fraction, `loading the model onto ${engine.name}`),
    })
    const dispose = () => {
      model.dispose()
      engine.dispose()
    }
    return { ...model, dispose, [Symbol.dispose]: dispose }
  } catch (error) {
    engine.dispose()
    throw error
  } finally {
    progress.end()
  }
}
