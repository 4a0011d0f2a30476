import type { KeptFile, WorldRecord } from './record.ts'

/** Where the history is kept. */
export interface HistoryStore {
  records(): Promise<readonly WorldRecord[]>
  put(record: WorldRecord): Promise<void>
  /** With its file. */
  remove(id: string): Promise<void>
  file(id: string): Promise<Blob | undefined>
  putFile(id: string, file: Blob): Promise<void>
  dropFile(id: string): Promise<void>
  /** Bytes of each file that is there. */
  fileSizes(): Promise<readonly Pick<KeptFile, 'id' | 'bytes'>[]>
}

/** A history that is gone with its page: for tests, and where a browser keeps nothing. */
export function historyInMemory(): HistoryStore {
  const records = new Map<string, WorldRecord>()
  const files = new Map<string, Blob>()
  return {
    records: async () => [...records.values()],
    put: async (record) => void records.set(record.id, record),
    async remove(id) {
      records.delete(id)
      files.delete(id)
    },
    file: async (id) => files.get(id),
    putFile: async (id, file) => void files.set(id, file),
    dropFile: async (id) => void files.delete(id),
    fileSizes: async () => [...files].map(([id, { size }]) => ({ id, bytes: size })),
  }
}
