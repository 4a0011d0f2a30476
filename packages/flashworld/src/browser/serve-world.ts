import type { WeightSource } from '@flashworld/models'
import type { FlashWorld } from '../flashworld.ts'
import { loadFlashWorld } from '../flashworld.ts'
import { openEngine } from './backends.ts'
import { httpSource } from './http-source.ts'
import { browserImages } from './image.ts'
import { opfsSource, storeCheckpoint } from './opfs.ts'
import type { CallName, Calls, FromWorker, ToWorker, WorldSource } from './protocol.ts'
import { plainError, transferables } from './protocol.ts'

/** What a worker's global scope has of which this makes use. */
export interface WorkerScope {
  addEventListener(type: 'message', listener: (event: { readonly data: ToWorker }) => void): void
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void
}

/** What a call may tell on its way, and by what it is ended early. */
interface Listener<Name extends CallName> {
  readonly emit: (item: Calls[Name]['item']) => void
  readonly signal: AbortSignal
}

/**
 * Lets a page use the library in this worker: a worker's script calls this once, and the page connects to it by
 * `createWorkerWorld`.
 * @example
 * ```ts shown
 * // worker.ts
 * import { serveWorld } from 'flashworld/browser'
 *
 * serveWorld()
 * ```
 */
export function serveWorld(scope = globalThis as unknown as WorkerScope): void {
  const running = new Map<number, AbortController>()
  const answers = createAnswers()

  const answer = async ({ id, name, argument }: Extract<ToWorker, { type: 'call' }>) => {
    const post = (message: FromWorker) => scope.postMessage(message, transferables(message))
    const abort = new AbortController()
    running.set(id, abort)
    const emit = (item: Calls[CallName]['item']) => post({ type: 'item', id, item })
    try {
      // the type of a call's argument follows its name
      const run = answers[name] as Answer<CallName>
      post({ type: 'result', id, result: await run(argument, { emit, signal: abort.signal }) })
    } catch (error) {
      post({ type: 'error', id, error: plainError(error) })
    } finally {
      running.delete(id)
    }
  }
  scope.addEventListener('message', ({ data }) => {
    if (data.type === 'cancel') running.get(data.id)?.abort()
    else void answer(data)
  })
}

type Answer<Name extends CallName> = (
  argument: Calls[Name]['argument'],
  listener: Listener<Name>,
) => Promise<Calls[Name]['result']>

function createAnswers(): { readonly [Name in CallName]: Answer<Name> } {
  let world: FlashWorld | undefined
  const loaded = () => {
    if (!world) throw new Error('worker: expected a model that is loaded, got none')
    return world
  }
  return {
    async load(options, { emit, signal }) {
      const source = await openSource(options.source, { emit, signal })
      signal.throwIfAborted()
      // where loading fails, the page ends this worker, and threads with it: one that ends its threads while it is ended
      // itself may stay for good in Chromium 156
      const engine = await openEngine(options)
      world = await loadFlashWorld({
        engine,
        source,
        images: browserImages,
        signal,
        onProgress: (fraction) => emit({ doing: 'loading', fraction }),
        ...(options.memory && { memory: options.memory }),
      })
      const { kind, name, half } = engine
      return { engine: { kind, name, half }, defaults: world.defaults }
    },
    checkRequest: (request) => loaded().checkRequest(request),
    async generate(request, { emit, signal }) {
      for await (const event of loaded().generate(request, { signal })) emit(event)
      return undefined
    },
    render: ({ scene, cameras, size }) => loaded().render(scene, cameras, size),
  }
}

async function openSource(
  source: WorldSource,
  { emit, signal }: Listener<'load'>,
): Promise<WeightSource> {
  if (!('stored' in source)) return httpSource(source.url, { signal })
  const { stored } = source
  if ('url' in source) {
    const onProgress = (fraction: number) => emit({ doing: 'storing', fraction })
    await storeCheckpoint(stored, { url: source.url, files: source.files, signal, onProgress })
  }
  return opfsSource(stored)
}
