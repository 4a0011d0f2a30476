import type {
  Client,
  SceneEvent,
  SceneRequest,
  ServerScene,
  SubmittedScene,
} from 'flashworld/client'
import { ServerAnswerError } from 'flashworld/client'

/** A server of tests: it takes what it is sent, and tells what it is made to. */
export interface FakeServer {
  readonly client: Client
  /** What was asked for, in order. */
  readonly requests: readonly { request: SceneRequest; key: string | undefined }[]
  /** Tells of a scene; the events of one that nobody follows wait. */
  tell(scene: string, ...events: readonly SceneEvent[]): void
  /** Its next calls of that kind fail like this, one after another. */
  refuse(kind: 'create' | 'file' | 'cancel' | 'remove', ...errors: readonly Error[]): void
  /** Who follows a scene hears this of the connection. */
  connection(scene: string, isConnected: boolean): void
  readonly cancelled: readonly string[]
  readonly removed: readonly string[]
}

export const refusal = (status: number, code: string) =>
  new ServerAnswerError(status, { code, message: `refused: ${code}` })

export function fakeServer(): FakeServer {
  const requests: { request: SceneRequest; key: string | undefined }[] = []
  const cancelled: string[] = []
  const removed: string[] = []
  const refused = new Map<string, Error[]>()
  const queues = new Map<string, { events: SceneEvent[]; ring: () => void }>()
  const listeners = new Map<string, (isConnected: boolean) => void>()
  const queueOf = (scene: string) => {
    const found = queues.get(scene) ?? { events: [], ring: () => {} }
    queues.set(scene, found)
    return found
  }
  const mayRefuse = (kind: string) => {
    const error = refused.get(kind)?.shift()
    if (error) throw error
  }
  let count = 0

  const scenes: Pick<Client['scenes'], 'createBatch' | 'file' | 'cancel' | 'remove'> = {
    async createBatch(request, seeds, { idempotencyKey } = {}) {
      requests.push({ request, key: idempotencyKey })
      mayRefuse('create')
      return (seeds as readonly number[]).map(
        (seed) =>
          ({
            id: `scene-${++count}`,
            seed,
            ahead: 0,
            estimatedSeconds: 4,
            warnings: [],
          }) as unknown as SubmittedScene,
      )
    },
    async file(id, name) {
      mayRefuse('file')
      return new Response(`${id}/${name}`)
    },
    async cancel(id) {
      mayRefuse('cancel')
      cancelled.push(id)
      return {} as ServerScene
    },
    async remove(id) {
      mayRefuse('remove')
      removed.push(id)
    },
  }

  const rest: Pick<Client, 'events' | 'queue'> = {
    async *events(scene, { signal, onConnection } = {}) {
      const queue = queueOf(scene)
      if (onConnection) listeners.set(scene, onConnection)
      for (;;) {
        signal?.throwIfAborted()
        const event = queue.events.shift()
        if (event) {
          yield event
          if (['done', 'failed', 'cancelled'].includes(event.type)) return
        } else {
          await new Promise<void>((resolve) => {
            queue.ring = resolve
            signal?.addEventListener('abort', () => resolve())
          })
        }
      }
    },
    queue: async () => ({
      counts: { queued: 1, running: 1, completed: 0, failed: 0, cancelled: 0 },
      oldestSeconds: 0,
      secondsPerPixel: 1e-5,
    }),
  }

  return {
    client: { scenes, ...rest } as Client,
    requests,
    cancelled,
    removed,
    tell(scene, ...events) {
      const queue = queueOf(scene)
      queue.events.push(...events)
      queue.ring()
    },
    refuse: (kind, ...errors) => void refused.set(kind, [...errors]),
    connection: (scene, isConnected) => listeners.get(scene)?.(isConnected),
  }
}
