import { readEventStream } from './event-stream.ts'
import type {
  Capabilities,
  QueueState,
  SceneEvent,
  ScenePage,
  SceneRequest,
  ServerFailure,
  ServerModel,
  ServerScene,
  SubmittedScene,
} from './types.ts'

/** Which server is spoken with, and as whom. */
export interface ClientOptions {
  /** Of the server, such as `http://localhost:7860`. */
  readonly url: string
  readonly token?: string | undefined
  /** In place of the platform's. */
  readonly fetch?: typeof fetch
}

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** What following a scene takes. */
export interface FollowOptions extends CallOptions {
  /** Hears that the connection broke, and that it is there again. */
  readonly onConnection?: (isConnected: boolean) => void
}

/** What queueing a scene takes. */
export interface CreateOptions extends CallOptions {
  /** The same key with the same request gives the same scene, made once; a call that got no answer can be repeated. */
  readonly idempotencyKey?: string | undefined
  /** A URL that is told, signed, when the scene has ended; of a host that the server's operator allows. */
  readonly webhook?: string | undefined
}

/** What `Client.convert` makes of a file; `Capabilities` names what there is. */
export interface Conversion {
  /** The format, such as `ply`. */
  readonly to: string
  /** Keeps only the most visible Gaussians, such as `500k`. */
  readonly tier?: string | undefined
  /** The program whose axes the file gets. */
  readonly target?: string | undefined
}

/** A server refused, or failed. */
export class ServerAnswerError extends Error {
  override readonly name = 'ServerAnswerError'
  /** What went wrong, such as `queue/full`. */
  readonly code: string
  /** Of HTTP. */
  readonly status: number
  readonly hint: string | undefined
  readonly requestId: string | undefined

  constructor(status: number, error: ServerFailure & { readonly requestId?: string }) {
    super(error.message)
    this.code = error.code
    this.status = status
    this.hint = error.hint
    this.requestId = error.requestId
  }
}

/** A server's scenes. Every call throws ServerAnswerError where the server refuses, TypeError where there is none. */
export interface Client {
  readonly scenes: {
    /** Queues a scene. */
    create(request: SceneRequest, options?: CreateOptions): Promise<SubmittedScene>
    /** Queues several scenes of one request: so many, or those of the seeds. All are taken or none. */
    createBatch(
      request: SceneRequest,
      seeds: number | readonly number[],
      options?: CreateOptions,
    ): Promise<readonly SubmittedScene[]>
    get(id: string, options?: CallOptions): Promise<ServerScene>
    /** A page of one's own scenes, the newest first. */
    list(
      page?: { readonly limit?: number; readonly after?: string },
      options?: CallOptions,
    ): Promise<ScenePage>
    /** In any state, any number of times. */
    cancel(id: string, options?: CallOptions): Promise<ServerScene>
    remove(id: string, options?: CallOptions): Promise<void>
    /** A file of a scene, such as `scene.spz`, `scene.500k.ply`, `thumbnail.webp`: its body streams. */
    file(id: string, name: string, options?: CallOptions): Promise<Response>
  }
  /** Writes a scene file in another format; the name's ending says what it is. Its body streams. */
  convert(file: Blob, name: string, to: Conversion, options?: CallOptions): Promise<Response>
  /** What happens to a scene, from the beginning to its end; a broken connection is taken up where it broke. */
  events(id: string, options?: FollowOptions): AsyncGenerator<SceneEvent, void, undefined>
  queue(options?: CallOptions): Promise<QueueState>
  models(options?: CallOptions): Promise<readonly ServerModel[]>
  capabilities(options?: CallOptions): Promise<Capabilities>
}

interface Call extends CallOptions {
  readonly method?: string
  readonly body?: BodyInit | undefined
  readonly headers?: Readonly<Record<string, string | undefined>>
}

const finalTypes = ['done', 'failed', 'cancelled']

/** Milliseconds before a broken connection is tried again: at first, and at most. */
const [firstPause, longestPause] = [250, 10_000]

/**
 * Speaks with a server of flashworld's.
 * @example
 * ```ts shown
 * import { createClient } from 'flashworld/client'
 *
 * const client = createClient({ url: 'http://localhost:7860' })
 * const { id } = await client.scenes.create({ prompt: 'a red house' })
 * for await (const event of client.events(id)) console.log(event.type)
 * const spz = await (await client.scenes.file(id, 'scene.spz')).arrayBuffer()
 * ```
 */
export function createClient({ url, token, fetch = globalThis.fetch }: ClientOptions): Client {
  const base = url.replace(/\/+$/, '')

  /** @throws ServerAnswerError unless the server agrees */
  const call = async (path: string, { method, body, headers = {}, signal }: Call = {}) => {
    const given = Object.entries({
      ...headers,
      authorization: token === undefined ? undefined : `Bearer ${token}`,
    }).filter((header): header is [string, string] => header[1] !== undefined)
    const answer = await fetch(`${base}/v1${path}`, {
      ...(method !== undefined && { method }),
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
      headers: given,
    })
    if (answer.ok) return answer
    throw await failureOf(answer)
  }

  const json = async <T>(path: string, options?: Call) =>
    (await (await call(path, options)).json()) as T

  const submit = <T>(
    { image, ...request }: SceneRequest & { readonly seeds?: number | readonly number[] },
    { signal, idempotencyKey, webhook }: CreateOptions = {},
  ) => {
    const headers = { 'idempotency-key': idempotencyKey }
    const options = { method: 'POST', signal }
    if (image instanceof Blob) {
      const body = new FormData()
      body.append('request', JSON.stringify({ ...request, webhook }))
      body.append('image', image, 'image')
      return json<T>('/scenes', { ...options, body, headers })
    }
    return json<T>('/scenes', {
      ...options,
      body: JSON.stringify({ ...request, image, webhook }),
      headers: { ...headers, 'content-type': 'application/json' },
    })
  }

  /** One connection: its answer when it stands. */
  const listen = (id: string, last: string | undefined, signal: AbortSignal | undefined) =>
    call(`/scenes/${encodeURIComponent(id)}/events`, {
      headers: { 'last-event-id': last, accept: 'text/event-stream' },
      signal,
    })

  return {
    scenes: {
      create: (request, options) => submit(request, options),
      async createBatch(request, seeds, options) {
        const { scenes } = await submit<{ readonly scenes: readonly SubmittedScene[] }>(
          { ...request, seeds },
          options,
        )
        return scenes
      },
      get: (id, options) => json(`/scenes/${encodeURIComponent(id)}`, options),
      list({ limit, after } = {}, options) {
        const query = new URLSearchParams({
          ...(limit !== undefined && { limit: String(limit) }),
          ...(after !== undefined && { after }),
        })
        return json(`/scenes?${query}`, options)
      },
      cancel: (id, options) =>
        json(`/scenes/${encodeURIComponent(id)}/cancel`, { ...options, method: 'POST' }),
      async remove(id, options) {
        await call(`/scenes/${encodeURIComponent(id)}`, { ...options, method: 'DELETE' })
      },
      file: (id, name, options) =>
        call(`/scenes/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`, options),
    },

    convert(file, name, { to, tier, target }, options) {
      const query = new URLSearchParams({
        to,
        ...(tier !== undefined && { tier }),
        ...(target !== undefined && { target }),
      })
      const body = new FormData()
      body.append('file', file, name)
      return call(`/convert?${query}`, { ...options, method: 'POST', body })
    },

    async *events(id, { signal, onConnection } = {}) {
      let last: string | undefined
      let pause = firstPause
      let isConnected = true
      const tell = (now: boolean) => {
        if (now !== isConnected) onConnection?.(now)
        isConnected = now
      }
      for (;;) {
        try {
          const { body } = await listen(id, last, signal)
          tell(true)
          for await (const event of readEventStream(body!)) {
            last = event.id ?? last
            pause = firstPause
            yield { type: event.type, ...JSON.parse(event.data) } as SceneEvent
            if (finalTypes.includes(event.type)) return
          }
        } catch (error) {
          signal?.throwIfAborted()
          if (error instanceof ServerAnswerError && !mayPass(error)) throw error
        }
        tell(false)
        await sleep(pause, signal)
        pause = Math.min(longestPause, pause * 2)
      }
    },

    queue: (options) => json('/queue', options),
    models: async (options) =>
      (await json<{ readonly models: readonly ServerModel[] }>('/models', options)).models,
    capabilities: (options) => json('/capabilities', options),
  }
}

/** Too many requests, or a server that is not ready or restarts. */
const mayPass = ({ status }: ServerAnswerError) => status === 429 || status >= 500

async function failureOf(answer: Response): Promise<ServerAnswerError> {
  const body = (await answer.json().catch(() => undefined)) as
    { readonly error?: ServerFailure } | undefined
  const unknown = { code: 'server/failed', message: `the server answered ${answer.status}` }
  return new ServerAnswerError(answer.status, body?.error ?? unknown)
}

/** @throws the signal's reason */
async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done)
  })
  signal?.throwIfAborted()
}
