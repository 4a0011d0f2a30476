import type { SpawnWorker } from '@flashworld/engine'

/**
 * Starts a thread of the WebAssembly engine as a worker made from a Blob; a page's content security policy must allow
 * `worker-src blob:`.
 */
export const spawnThread: SpawnWorker = (source, start, failed) => {
  const script = new Blob([source, 'onmessage = ({ data }) => serve(data)'], {
    type: 'text/javascript',
  })
  const url = URL.createObjectURL(script)
  const worker = new Worker(url)
  // a script that a policy forbids ends in an error without a message
  worker.onerror = ({ message }) => failed(message || 'its script was not loaded')
  worker.postMessage(start)
  return {
    terminate() {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}
