import type { DBSchema } from 'idb'
import { openDB } from 'idb'
import type { HistoryStore } from './history-store.ts'
import type { WorldRecord } from './record.ts'

interface Schema extends DBSchema {
  worlds: { key: string; value: WorldRecord }
  files: { key: string; value: { readonly id: string; readonly file: Blob } }
}

/** The history in the browser's own database. @throws what the browser throws where it keeps nothing */
export async function openHistory(name = 'flashworld-history'): Promise<HistoryStore> {
  const database = await openDB<Schema>(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('worlds', { keyPath: 'id' })
      fresh.createObjectStore('files', { keyPath: 'id' })
    },
  })
  return {
    records: () => database.getAll('worlds'),
    async put(record) {
      await database.put('worlds', record)
    },
    async remove(id) {
      const both = database.transaction(['worlds', 'files'], 'readwrite')
      await Promise.all([
        both.objectStore('worlds').delete(id),
        both.objectStore('files').delete(id),
        both.done,
      ])
    },
    file: async (id) => (await database.get('files', id))?.file,
    async putFile(id, file) {
      await database.put('files', { id, file })
    },
    dropFile: (id) => database.delete('files', id),
    async fileSizes() {
      const sizes: { id: string; bytes: number }[] = []
      let cursor = await database.transaction('files').store.openCursor()
      while (cursor) {
        sizes.push({ id: cursor.key, bytes: cursor.value.file.size })
        cursor = await cursor.continue()
      }
      return sizes
    },
  }
}
