import type { Place } from './store.ts'

/** Who reads files of jobs in this process, so that nothing is taken from under them. */
export interface Readers {
  /** Counts a reader until the answer is called. */
  enter(place: Place): () => void
  has(job: string): boolean
}

export function createReaders(): Readers {
  const counts = new Map<string, number>()
  return {
    enter(place) {
      const job = place.split('/')[0]!
      counts.set(job, (counts.get(job) ?? 0) + 1)
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        const left = counts.get(job)! - 1
        if (left === 0) counts.delete(job)
        else counts.set(job, left)
      }
    },
    has: (job) => counts.has(job),
  }
}
