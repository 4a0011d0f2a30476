import { Worker } from 'node:worker_threads'
import type { SpawnWorker } from '../src/index.ts'

/** A worker of Node, for tests: the application's own stands in packages/flashworld/src/node/threads.ts. */
export const spawnTestWorker: SpawnWorker = (source, start, failed) => {
  const worker = new Worker(
    `${source}\nimport('node:worker_threads').then(({ workerData }) => serve(workerData))`,
    {
      eval: true,
      workerData: start,
    },
  )
  worker.on('error', (error) => failed(String(error)))
  worker.unref()
  return worker
}
