import type { SceneEvent } from 'flashworld/client'

const finalTypes: readonly SceneEvent['type'][] = ['done', 'failed', 'cancelled']

/** What happened to a scene so far, for whoever follows it, from the beginning. */
export interface SceneLog {
  readonly isFinal: boolean
  /** What comes after the end is passed over. */
  tell(event: SceneEvent): void
  /** @throws the signal's reason when it aborts */
  follow(signal?: AbortSignal): AsyncGenerator<SceneEvent, void, undefined>
}

export function createSceneLog(): SceneLog {
  const events: SceneEvent[] = []
  const waiting = new Set<() => void>()
  const isFinal = () => finalTypes.includes(events.at(-1)?.type ?? 'queued')
  return {
    get isFinal() {
      return isFinal()
    },
    tell(event) {
      if (isFinal()) return
      events.push(event)
      for (const wake of waiting) wake()
    },
    async *follow(signal) {
      for (let next = 0; ; next++) {
        while (next >= events.length) {
          signal?.throwIfAborted()
          const { promise, resolve } = Promise.withResolvers<void>()
          waiting.add(resolve)
          signal?.addEventListener('abort', () => resolve(), { once: true })
          await promise
          waiting.delete(resolve)
        }
        const event = events[next]!
        yield event
        if (finalTypes.includes(event.type)) return
      }
    },
  }
}
