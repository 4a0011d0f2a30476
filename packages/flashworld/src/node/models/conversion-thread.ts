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

parentPort!.on('message', ({ file, maker }: MakeMessage) => {
  void planned
    .then(({ files }) => files[file]!.makers[maker]!())
    .then(
      (numbers) => answer({ numbers }, [...new Set(numbers.map(({ buffer }) => buffer))]),
      (error: Error & { code?: string }) => answer({ failure: { code: error.code, error } }),
    )
})
