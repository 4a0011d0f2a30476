import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFolderStore } from '../src/artifacts/folder/folder-store.ts'
import { openS3Store } from '../src/artifacts/s3/s3-store.ts'
import type { ArtifactStore } from '../src/artifacts/store.ts'
import { hasCeph, startCeph } from './ceph.ts'
import type { TestS3 } from './s3-server.ts'
import { startS3 } from './s3-server.ts'

/** An empty store for a test. */
export interface TestStore {
  readonly artifacts: ArtifactStore
  /** A folder on the same disk. */
  readonly folder: string
  close(): Promise<void>
}

export interface TestStores {
  start(): Promise<void>
  stop(): Promise<void>
  empty(): Promise<TestStore>
}

const newFolder = () => mkdtemp(join(tmpdir(), 'flashworld-store-'))

const folders = (): TestStores => ({
  start: async () => {},
  stop: async () => {},
  async empty() {
    const folder = await newFolder()
    return {
      folder,
      artifacts: await openFolderStore(join(folder, 'scenes')),
      close: () => rm(folder, { recursive: true }),
    }
  },
})

function buckets(startServer: () => Promise<TestS3>): TestStores {
  let server: TestS3
  return {
    start: async () => {
      server = await startServer()
    },
    stop: () => server.stop(),
    async empty() {
      const folder = await newFolder()
      const url = await server.newBucket(`scenes-${randomUUID()}`)
      return {
        folder,
        // pages so small that they are turned
        artifacts: await openS3Store(url, join(folder, 'fetched'), 2),
        close: () => rm(folder, { recursive: true }),
      }
    },
  }
}

/** What every store must do, each must do: by name, whether it is here, and how to start it. */
export const stores = [
  ['a folder', true, folders],
  ['S3', true, () => buckets(startS3)],
  ['S3 of Ceph', hasCeph, () => buckets(startCeph)],
] as const
