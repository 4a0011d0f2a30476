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
  readonly file: number
  readonly maker: number
}

/** From a thread. */
export type MadeMessage =
  | { readonly numbers: readonly ArrayBufferView<ArrayBuffer>[] }
  | { readonly failure: { readonly code?: string; readonly error: Error } }

/** Threads that make what a planned conversion's makers make, to the bit. */
export interface ConversionThreads {
  readonly count: number
  /** The makers of a planned file, each run by the next thread that is idle. */
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
  const tasks: Task[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Task>()
  const next = () => {
    while (tasks.length && idle.length) {
      const [thread, task] = [idle.shift()!, tasks.shift()!]
      busy.set(thread, task)
      thread.postMessage(task.message)
    }
  }
  const failed = (error: Error) => {
    for (const { made } of [...busy.values(), ...tasks.splice(0)]) made.reject(error)
  }
  for (let i = 0; i < count; i++) {
    const script = new URL('./conversion-thread.ts', import.meta.url)
    const thread = new Worker(script, { workerData: input })
    thread.on('message', (message: MadeMessage) => {
      const { made } = busy.get(thread)!
      if ('numbers' in message) made.resolve(message.numbers)
      else made.reject(asThrown(message.failure))
      idle.push(thread)
      next()
    })
    thread.on('error', failed)
    idle.push(thread)
  }
  const threads = [...idle]
  return {
    count,
    makersOf: (file, { makers }) =>
      makers.map((_, maker) => () => {
        const made = Promise.withResolvers<readonly ArrayBufferView<ArrayBuffer>[]>()
        tasks.push({ message: { file, maker }, made })
        next()
        return made.promise
      }),
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}

interface Task {
  readonly message: MakeMessage
  readonly made: PromiseWithResolvers<readonly ArrayBufferView<ArrayBuffer>[]>
}

/** What was thrown there: a message between threads leaves of an error no more than its message. */
function asThrown({ code, error }: Extract<MadeMessage, { failure: unknown }>['failure']): Error {
  return code?.startsWith('weights/')
    ? new WeightsError(code as WeightsErrorCode, error.message)
    : Object.assign(error, { code })
}
