import type { HistoryStore } from './history-store.ts'
import { historyInMemory } from './history-store.ts'
import { openHistory } from './idb-history.ts'

/** The history in this browser; one that is gone with the page where it keeps nothing. */
export function historyOfBrowser(): HistoryStore {
  let opened: Promise<HistoryStore> | undefined
  const store = () => (opened ??= openHistory().catch(() => historyInMemory()))
  return {
    records: async () => (await store()).records(),
    put: async (record) => (await store()).put(record),
    remove: async (id) => (await store()).remove(id),
    file: async (id) => (await store()).file(id),
    putFile: async (id, file) => (await store()).putFile(id, file),
    dropFile: async (id) => (await store()).dropFile(id),
    fileSizes: async () => (await store()).fileSizes(),
  }
}
