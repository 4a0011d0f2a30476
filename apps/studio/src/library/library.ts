import { ServerAnswerError } from 'flashworld/client'
import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { World } from '../viewport/viewport.ts'
import type { Workshop } from '../workshop/workshop.ts'
import type { HistoryStore } from './history-store.ts'
import type { WorldRecord } from './record.ts'
import { filesToDrop, newestFirst, poseOf, recordOfFile } from './record.ts'

/** What is seen of the history. */
export interface LibraryState {
  /** False until the history was read. */
  readonly isLoaded: boolean
  /** The newest first. */
  readonly records: readonly WorldRecord[]
}

/** A world is neither here nor on its server any more. */
export class WorldExpiredError extends Error {
  override readonly name = 'WorldExpiredError'
  readonly code = 'world/expired'
}

/** The worlds that were made or opened here, with their files. */
export interface Library {
  readonly store: StoreApi<LibraryState>
  /** Reads the history; of what failed nothing is kept. */
  load(): Promise<void>
  put(record: WorldRecord): Promise<void>
  update(id: string, change: Partial<WorldRecord>): Promise<void>
  /** From here and from its server. */
  remove(id: string): Promise<void>
  /** Keeps a world's file; others go when there is too much. */
  keepFile(id: string, file: Blob): Promise<void>
  /** A world to look at, from here or from its server. @throws WorldExpiredError; what the workshop throws */
  world(id: string): Promise<World>
  /** A file from disk becomes a world of the history. @returns its id */
  open(file: File): Promise<string>
}

export interface LibraryOptions {
  readonly workshop: Workshop
  readonly history: HistoryStore
  /** Of all files that are kept here. */
  readonly mostBytes?: number
  readonly now?: () => number
}

export function createLibrary({
  workshop,
  history,
  mostBytes = 1e9,
  now = Date.now,
}: LibraryOptions): Library {
  const store = createStore<LibraryState>(() => ({ isLoaded: false, records: [] }))
  const set = (change: (records: readonly WorldRecord[]) => readonly WorldRecord[]) =>
    store.setState(({ records }) => ({ records: newestFirst(change(records)) }))
  const find = (id: string) => store.getState().records.find((record) => record.id === id)

  const put = async (record: WorldRecord) => {
    set((records) => [record, ...records.filter(({ id }) => id !== record.id)])
    await history.put(record)
  }

  const keepFile = async (id: string, file: Blob) => {
    await history.putFile(id, file)
    const known = new Map(store.getState().records.map((record) => [record.id, record]))
    const files = (await history.fileSizes()).map((size) => ({
      ...size,
      // a file without a record is of no use
      createdAt: known.get(size.id)?.createdAt ?? 0,
      isStarred: known.get(size.id)?.isStarred ?? false,
    }))
    for (const dropped of filesToDrop(files, mostBytes)) {
      // the newest is what is looked at
      if (dropped !== id) await history.dropFile(dropped)
    }
  }

  return {
    store,
    put,
    keepFile,
    async load() {
      const stored = await history.records()
      const isOfUse = ({ state }: WorldRecord) => state === 'ready' || state === 'making'
      const records = stored.filter(isOfUse)
      for (const { id } of stored.filter((record) => !isOfUse(record))) await history.remove(id)
      set((present) => [
        ...present,
        ...records.filter(({ id }) => !present.some((record) => record.id === id)),
      ])
      store.setState({ isLoaded: true })
    },
    async update(id, change) {
      const record = find(id)
      if (record) await put({ ...record, ...change })
    },
    async remove(id) {
      const scene = find(id)?.scene
      set((records) => records.filter((record) => record.id !== id))
      await history.remove(id)
      if (scene) await workshop.scenes.remove(scene).catch(ifGone)
    },
    async world(id) {
      const record = find(id)
      if (!record) throw new WorldExpiredError('the world is not in the history')
      const { scene, fileName: name } = record
      const found = (file: Blob): World => ({ id, file, name, pose: poseOf(record) })
      const kept = await history.file(id)
      if (kept) return found(kept)
      if (scene === null) throw new WorldExpiredError('the file is no longer kept here')
      try {
        const file = await (await workshop.scenes.file(scene, name)).blob()
        await keepFile(id, file)
        return found(file)
      } catch (error) {
        if (error instanceof ServerAnswerError && error.status === 404) {
          throw new WorldExpiredError('the server has removed the world’s files', { cause: error })
        }
        throw error
      }
    },
    async open(file) {
      const record = recordOfFile({ id: crypto.randomUUID(), name: file.name }, now())
      await put(record)
      await keepFile(record.id, file)
      return record.id
    },
  }
}

/** @throws the error, unless it says that there is nothing to remove */
function ifGone(error: unknown) {
  if (!(error instanceof ServerAnswerError && error.status === 404)) throw error
}
