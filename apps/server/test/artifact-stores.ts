import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFolderStore } from '../src/artifacts/folder/folder-store.ts'
import { openS3Store } from '../src/artifacts/s3/s3-store.ts'
import type { ArtifactStore } from '../src/artifacts/store.ts'
import { startS3 } from './s3-server.ts'

/** An empty store for a test. */
export interface TestStore {
  readonly artifacts: ArtifactStore
  /** A folder on the same disk. */
  readonly folder: string
  close(): Promise<void>
}

async function folderStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-store-'))
  return {
    folder,
    artifacts: await openFolderStore(join(folder, 'scenes')),
    close: () => rm(folder, { recursive: true }),
  }
}

async function s3Store(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-store-'))
  const server = await startS3()
  return {
    folder,
    // pages so small that they are turned
    artifacts: await openS3Store(server.url, join(folder, 'fetched'), 2),
    async close() {
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** What every store must do, each must do. */
export const stores = [
  ['a folder', folderStore],
  ['S3', s3Store],
] as const
