import { word } from './control.ts'
import { tableSlots } from './module.ts'

/** All that a worker needs; it can be posted to it as it is. */
export interface WorkerStart {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Where the control block starts, in bytes. */
  readonly control: number
  /** From 1; the caller is thread 0. */
  readonly thread: number
}

export interface WorkerLike {
  terminate(): unknown
}

/**
 * Runs `source`, a script that defines `serve`, in a new thread and there calls `serve(start)`.
 * The thread must not keep the process alive. `failed` is called when it ends before `terminate`.
 */
export type SpawnWorker = (
  source: string,
  start: WorkerStart,
  failed: (reason: string) => void,
) => WorkerLike

/**
 * The worker's script: text, since every platform can start a worker from text, and none needs a file
 * or a bundler's help for it. Kernels get the same table slots as in `instantiateKernels`.
 */
export const workerSource = `'use strict'
function serve({ module, memory, control, thread }) {
  const words = new Int32Array(memory.buffer, control, ${Object.keys(word).length})
  try {
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: ${tableSlots} })
    const { exports } = new WebAssembly.Instance(module, { env: { memory, table } })
    Object.values(exports).forEach((kernel, i) => table.set(i + 1, kernel))
    Atomics.add(words, ${word.ready}, 1)
    exports.serve(control, thread)
  } catch (error) {
    Atomics.store(words, ${word.failed}, 1)
    Atomics.notify(words, ${word.pending})
    throw error
  }
}
`
