import type { Database } from './database.ts'

/** Rung when so much has happened that whoever waits for anything looks. */
const everyTopic = '*'

/** Tells who waits for something in this process, and in all others, that it has happened. */
export interface Bells {
  ring(...topics: readonly string[]): Promise<void>
  /** Rings for every topic. */
  ringAll(): Promise<void>
  /** Answers how to stop. */
  watch(topic: string, onRing: () => void): () => void
  close(): void
}

/** @param onAny hears of every ring, before those who wait for it */
export function createBells(database: Database, onAny: () => void): Bells {
  const watchers = new Map<string, Set<() => void>>()
  const stopListening = database.listen((topic) => {
    onAny()
    const rung = topic === everyTopic ? [...watchers.values()] : [watchers.get(topic) ?? []]
    for (const onRing of rung.flatMap((set) => [...set])) onRing()
  })
  const ring = async (...topics: readonly string[]) => {
    onAny()
    for (const topic of topics) await database.ring(topic)
  }
  return {
    ring,
    ringAll: () => ring(everyTopic),
    watch(topic, onRing) {
      const found = watchers.get(topic) ?? new Set()
      watchers.set(topic, found.add(onRing))
      return () => {
        found.delete(onRing)
        if (found.size === 0) watchers.delete(topic)
      }
    },
    close: stopListening,
  }
}
