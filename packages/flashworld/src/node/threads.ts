import { Worker } from 'node:worker_threads'
import type { SpawnWorker } from '@flashworld/engine'

/** Starts a thread of the WebAssembly engine as a worker of Node that does not keep the process alive. */
export const spawnThread: SpawnWorker = (source, start, failed) => {
  const script = `${source}\nimport('node:worker_threads').then(({ workerData }) => serve(workerData))`
  const worker = new Worker(script, { eval: true, workerData: start })
  let ended = false
  worker.on('error', (error) => failed(String(error)))
  worker.on('exit', (code) => {
    if (!ended) failed(`it ended with code ${code}`)
  })
  worker.unref()
  return {
    terminate() {
      ended = true
      void worker.terminate()
    },
  }
}
