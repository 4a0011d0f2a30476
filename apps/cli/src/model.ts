import { basename, resolve } from 'node:path'
import type { FlashWorld } from 'flashworld'
import { loadFlashWorld, precisions } from 'flashworld'
import type { Backend } from 'flashworld/node'
import { backends, embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
import type { Given, Option, Session } from './command.ts'
import { oneOf, wholeNumber } from './command.ts'

/** The options by which a command chooses where to compute. */
export const backendOptions: Readonly<Record<string, Option>> = {
  backend: { value: 'NAME', summary: `where to compute: ${backends.join(', ')}`, default: 'auto' },
  precision: {
    value: precisions.join('|'),
    summary: 'what a GPU computes with (default: the quickest that it does well; verify: f32)',
  },
  threads: { value: 'N', summary: 'CPU threads (default: one a core)' },
}

/** The same, and the model. */
export const engineOptions: Readonly<Record<string, Option>> = {
  model: {
    value: 'DIR|mini',
    summary: "a checkpoint's folder in the hub's layout, or the embedded model",
    default: 'mini',
  },
  ...backendOptions,
  'offload-text': {
    summary:
      'load the text encoder for each scene only: 9 GB less on the device with the published model',
  },
}

export const modelSource = (name: string) =>
  folderSource(name === 'mini' ? embeddedModel : resolve(name))

/** What records call a model: not where it lies. */
export const modelName = (name: string) => basename(resolve(name))

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
export async function openModel(given: Given, { output, signal }: Session): Promise<FlashWorld> {
  const engine = await openBackend(given)
  const progress = output.progress()
  try {
    const model = await loadFlashWorld({
      engine,
      source: modelSource(given.values.model!),
      images: nodeImages,
      offloadText: given.switches.has('offload-text'),
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
