import type { DBSchema, IDBPDatabase } from 'idb'
import { openDB } from 'idb'
import type { Project } from './project.ts'

/** A project as it is kept by itself, each tab's own. */
export interface Draft {
  readonly tab: string
  readonly savedAt: number
  readonly project: Project
}

interface DraftsSchema extends DBSchema {
  drafts: { key: string; value: Draft; indexes: { savedAt: number } }
}

/** Drafts that are kept, the last ones. */
const MOST = 12

/** Drafts in this browser. Every call rejects where it keeps nothing. */
export interface Drafts {
  save(draft: Draft): Promise<void>
  /** This tab's own; else the last of any, which then is another's. */
  last(tab: string): Promise<Draft | undefined>
  remove(tab: string): Promise<void>
}

export function openDrafts(name = 'flashworld-studio'): Drafts {
  let opened: Promise<IDBPDatabase<DraftsSchema>> | undefined
  const database = () =>
    (opened ??= openDB<DraftsSchema>(name, 1, {
      upgrade: (made) => {
        made.createObjectStore('drafts', { keyPath: 'tab' }).createIndex('savedAt', 'savedAt')
      },
    }))
  return {
    async save(draft) {
      const transaction = (await database()).transaction('drafts', 'readwrite')
      await transaction.store.put(draft)
      const keys = await transaction.store.index('savedAt').getAllKeys()
      for (const key of keys.slice(0, -MOST)) await transaction.store.delete(key)
      await transaction.done
    },
    async last(tab) {
      const found = await database()
      const own = await found.get('drafts', tab)
      if (own) return own
      const cursor = await found
        .transaction('drafts')
        .store.index('savedAt')
        .openCursor(null, 'prev')
      return cursor?.value
    },
    async remove(tab) {
      await (await database()).delete('drafts', tab)
    },
  }
}
