/** A thread of `startConversionThreads`: plans the conversion as its starter did, and makes what it is asked for. */
import { parentPort, workerData } from 'node:worker_threads'
import { openCheckpoint, planConversion } from '@flashworld/models'
import type { ConversionInput, MadeMessage, MakeMessage } from './conversion-threads.ts'
import { publishedSource } from './published-files.ts'

const { published, ...options } = workerData as ConversionInput
const planned = openCheckpoint(publishedSource(published)).then((checkpoint) =>
  planConversion(checkpoint, options),
)
const answer = (message: MadeMessage, transfer: ArrayBuffer[] = []) =>
  parentPort!.postMessage(message, transfer)

// one after the other: the memory of one parameter is what a thread may take
let last = Promise.resolve()
parentPort!.on('message', ({ id, file, maker }: MakeMessage) => {
  last = last.then(async () => {
    try {
      const numbers = await (await planned).files[file]!.makers[maker]!()
      answer({ id, numbers }, [...new Set(numbers.map(({ buffer }) => buffer))])
    } catch (error) {
      const { code } = error as { code?: string }
      answer({ id, failure: { code, error: error as Error } })
    }
  })
})
