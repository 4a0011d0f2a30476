import type { Camera, ImageSize } from '@flashworld/camera'
import { channel } from '../channel.ts'
import { collectScene } from '../collect-scene.ts'
import { FlashWorldError } from '../errors.ts'
import type { GenerateEvent, Picture } from '../events.ts'
import type { CheckedRequest } from '../request.ts'
import type { GenerateRequest } from '../request-schema.ts'
import type { Generated, Scene } from '../scene.ts'
import { folderUrl } from './http-source.ts'
import type {
  CallName,
  Calls,
  FromWorker,
  LoadProgress,
  ToWorker,
  WorldFacts,
  WorldOptions,
  WorldSource,
} from './protocol.ts'
import { errorFromPlain } from './protocol.ts'

/** A model in a worker, as a page uses it: a FlashWorld whose work leaves the page's thread free. */
export interface WorkerWorld extends WorldFacts, Disposable {
  /**
   * As `FlashWorld.generate`; the request is checked in the worker. Leaving the loop cancels.
   * @throws an Error with the `code` of the library's; the signal's reason when it aborts
   */
  generate(
    request: GenerateRequest | CheckedRequest,
    options?: { readonly signal?: AbortSignal },
  ): AsyncIterable<GenerateEvent>
  /** As `FlashWorld.checkRequest`, in the worker. */
  checkRequest(request: GenerateRequest | CheckedRequest): Promise<CheckedRequest>
  /** As `FlashWorld.generateScene`: `generate` without a loop. */
  generateScene(
    request: GenerateRequest | CheckedRequest,
    options?: {
      readonly signal?: AbortSignal
      readonly onEvent?: (event: GenerateEvent) => void | Promise<void>
    },
  ): Promise<Omit<Generated, 'engine'>>
  /** The scene as cameras of its own frame see it. The scene is copied to the worker. */
  render(scene: Scene, cameras: readonly Camera[], size: ImageSize): Promise<Picture[]>
  /** Ends the worker, and with it all its work and memory. */
  dispose(): void
}

/** What a worker loads, who hears of it, and who ends it. */
export interface WorkerWorldOptions extends WorldOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LoadProgress) => void
}

/** What a page uses of a `Worker`. */
export interface WorldWorker {
  postMessage(message: ToWorker): void
  addEventListener(
    type: 'message' | 'error' | 'messageerror',
    listener: (event: { readonly data?: unknown; readonly message?: string }) => void,
  ): void
  terminate(): void
}

/**
 * Loads a model in a worker whose script calls `serveWorld`. The worker is the world's from here on: it ends with it,
 * or when the model does not load.
 * @throws an Error with the `code` of the library's (`weights/…`, `engine/…`), FlashWorldError `worker/failed`; the
 * signal's reason
 * @example
 * ```ts shown
 * import { createWorkerWorld } from 'flashworld/browser'
 *
 * const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
 * using world = await createWorkerWorld(worker, { source: { url: '/mini/' } })
 * for await (const event of world.generate({ prompt: 'a red house on grass', seed: 1 })) {
 *   if (event.type === 'scene') console.log(event.scene.gaussians.count)
 * }
 * ```
 */
export async function createWorkerWorld(
  worker: WorldWorker,
  { signal, onProgress, source, ...options }: WorkerWorldOptions,
): Promise<WorkerWorld> {
  const caller = createCaller(worker)
  try {
    const facts = await caller.call(
      'load',
      { ...options, source: withFullUrl(source) },
      { ...(onProgress && { onItem: onProgress }), ...(signal && { signal }) },
    )
    const generate: WorkerWorld['generate'] = (request, { signal: outer } = {}) =>
      channel(
        (emit, inner) => caller.call('generate', request, { onItem: emit, signal: inner }),
        outer,
      )
    const checkRequest: WorkerWorld['checkRequest'] = (request) =>
      caller.call('checkRequest', request)
    return {
      ...facts,
      checkRequest,
      generate,
      async generateScene(asked, { signal: outer, onEvent } = {}) {
        const request = await checkRequest(asked)
        const events = generate(request, outer && { signal: outer })
        return { ...(await collectScene(events, onEvent)), request }
      },
      render: (scene, cameras, size) => caller.call('render', { scene, cameras, size }),
      dispose: caller.end,
      [Symbol.dispose]: caller.end,
    }
  } catch (error) {
    caller.end()
    throw error
  }
}

/** A URL is relative to the page, not to the worker's script. */
const withFullUrl = (source: WorldSource): WorldSource =>
  'url' in source ? { ...source, url: folderUrl(source.url).href } : source

interface CallOptions<Name extends CallName> {
  readonly onItem?: (item: Calls[Name]['item']) => void
  readonly signal?: AbortSignal
}

interface Caller {
  call<Name extends CallName>(
    name: Name,
    argument: Calls[Name]['argument'],
    options?: CallOptions<Name>,
  ): Promise<Calls[Name]['result']>
  end(): void
}

interface PendingCall {
  onItem(item: unknown): void
  resolve(result: unknown): void
  reject(error: unknown): void
}

/** Numbers the calls of a worker and leads its answers to them. */
function createCaller(worker: WorldWorker): Caller {
  const pending = new Map<number, PendingCall>()
  let calls = 0
  let failure: FlashWorldError | undefined

  const fail = (why: string) => {
    failure ??= new FlashWorldError('worker/failed', `worker: expected an answer, got ${why}`)
    worker.terminate()
    for (const { reject } of pending.values()) reject(failure)
    pending.clear()
  }
  worker.addEventListener('error', ({ message }) =>
    fail(message ?? 'an error while its script was loaded'),
  )
  worker.addEventListener('messageerror', () => fail('a message that cannot be read'))
  worker.addEventListener('message', ({ data }) => {
    const message = data as FromWorker
    const call = pending.get(message.id)
    if (!call) return
    if (message.type === 'item') return call.onItem(message.item)
    pending.delete(message.id)
    if (message.type === 'result') call.resolve(message.result)
    else call.reject(errorFromPlain(message.error))
  })

  return {
    async call<Name extends CallName>(
      name: Name,
      argument: Calls[Name]['argument'],
      { onItem, signal }: CallOptions<Name> = {},
    ) {
      signal?.throwIfAborted()
      if (failure) throw failure
      const id = ++calls
      const cancel = () => worker.postMessage({ type: 'cancel', id })
      worker.postMessage({ type: 'call', id, name, argument } as ToWorker)
      signal?.addEventListener('abort', cancel)
      try {
        return await new Promise<Calls[Name]['result']>((resolve, reject) =>
          pending.set(id, {
            onItem: (item) => onItem?.(item as Calls[Name]['item']),
            resolve: resolve as (result: unknown) => void,
            reject: (error) => reject((signal?.aborted ? signal.reason : error) as Error),
          }),
        )
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    end: () => fail('its end: the world is disposed'),
  }
}
