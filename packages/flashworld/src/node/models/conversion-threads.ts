import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Maker, PlannedFile, StoredPrecision, WeightsErrorCode } from '@flashworld/models'
import { WeightsError } from '@flashworld/models'
import type { PublishedFiles } from './published-files.ts'

/** What a conversion is planned from, here and in each thread alike. */
export interface ConversionInput {
  readonly published: PublishedFiles
  readonly precision: StoredPrecision
  readonly fileBytes: number
}

/** To a thread: which maker of which planned file. */
export interface MakeMessage {
  readonly id: number
  readonly file: number
  readonly maker: number
}

/** From a thread. */
export type MadeMessage =
  | { readonly id: number; readonly numbers: readonly ArrayBufferView<ArrayBuffer>[] }
  | { readonly id: number; readonly failure: { readonly code?: string; readonly error: Error } }

/** Threads that make what a planned conversion's makers make, to the bit. */
export interface ConversionThreads {
  readonly count: number
  /** The makers of a planned file, each run by the next thread. */
  makersOf(index: number, file: PlannedFile): Maker[]
  close(): Promise<void>
}

/**
 * More are not worth their memory: each holds the largest parameter in three precisions, some 400 MB of the published model, and a
 * conversion shall do with 2 GB.
 */
const mostThreads = 3

/** Less is converted before threads have started. */
const leastBytes = 2 ** 28

/** How many threads convert so many bytes; 0 where the caller's own does as well. */
export const conversionThreads = (bytes: number): number => {
  const count = Math.min(mostThreads, availableParallelism())
  return bytes < leastBytes || count === 1 ? 0 : count
}

/** Starts threads that plan the same conversion. */
export function startConversionThreads(input: ConversionInput, count: number): ConversionThreads {
  const waiting = new Map<number, PromiseWithResolvers<readonly ArrayBufferView<ArrayBuffer>[]>>()
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const threads = Array.from({ length: count }, () => {
    const thread = new Worker(new URL('./conversion-thread.ts', import.meta.url), {
      workerData: input,
    })
    thread.on('message', (message: MadeMessage) => {
      const made = waiting.get(message.id)
      waiting.delete(message.id)
      if ('numbers' in message) made?.resolve(message.numbers)
      else made?.reject(asThrown(message.failure))
    })
    thread.on('error', failAll)
    thread.on('exit', (code) => failAll(new Error(`a thread of the conversion ended with ${code}`)))
    return thread
  })
  let asked = 0
  return {
    count,
    makersOf: (index, { makers }) =>
      makers.map((_, maker) => () => {
        const made = Promise.withResolvers<readonly ArrayBufferView<ArrayBuffer>[]>()
        const id = asked++
        waiting.set(id, made)
        threads[id % count]!.postMessage({ id, file: index, maker } satisfies MakeMessage)
        return made.promise
      }),
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}

/** What was thrown there: a message between threads leaves of an error no more than its message. */
function asThrown({ code, error }: Extract<MadeMessage, { failure: unknown }>['failure']): Error {
  return code?.startsWith('weights/')
    ? new WeightsError(code as WeightsErrorCode, error.message)
    : Object.assign(error, { code })
}
