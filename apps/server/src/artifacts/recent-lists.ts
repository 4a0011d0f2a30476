import type { Artifact, ArtifactStore, Place } from './store.ts'

interface Seen {
  readonly at: number
  readonly files: Promise<readonly Artifact[]>
}

/**
 * A store whose lists are as of the last moment: a scene that thousands look at is listed once. What this process writes or
 * removes is seen at once.
 */
export function withRecentLists(
  store: ArtifactStore,
  { maxAgeMs = 1000, mostPlaces = 1000 } = {},
): ArtifactStore {
  const lists = new Map<Place, Seen>()

  const forget = (place: string) => {
    for (const known of lists.keys())
      if (known === place || known.startsWith(`${place}/`)) lists.delete(known)
  }
  /** Before, for those who look meanwhile may find the old; after, for they have. */
  const changing = async (place: string, change: Promise<void>) => {
    forget(place)
    try {
      await change
    } finally {
      forget(place)
    }
  }

  return {
    ...store,
    take: (place, name, file) => changing(place, store.take(place, name, file)),
    write: (place, name, bytes) => changing(place, store.write(place, name, bytes)),
    remove: (place) => changing(place, store.remove(place)),
    list(place) {
      const now = performance.now()
      const seen = lists.get(place)
      if (seen && now - seen.at < maxAgeMs) return seen.files
      const files = store.list(place)
      lists.delete(place)
      lists.set(place, { at: now, files })
      files.catch(() => forget(place))
      if (lists.size > mostPlaces) lists.delete(lists.keys().next().value!)
      return files
    },
  }
}
