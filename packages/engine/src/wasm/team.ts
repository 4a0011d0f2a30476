import { EngineError } from '../errors.ts'
import type { Loss } from '../loss.ts'
import { argsOffset, maxArgs, word } from './control.ts'
import type { Kernels } from './module.ts'
import type { SpawnWorker, WorkerLike } from './worker.ts'
import { workerSource } from './worker.ts'

export interface Dispatch {
  readonly kernel: string
  readonly args: readonly number[]
  readonly jobs: number
  /** Each thread's own memory. */
  readonly scratch: number
  readonly scratchStride: number
}

/** The caller's thread and its helpers. */
export interface Team {
  readonly threads: number
  /**
   * Runs all jobs and returns when they are done.
   * @throws EngineError `engine/device-error` when the caller's kernel trapped and no other thread has a part in it,
   * `engine/lost` when another thread failed, now or earlier
   */
  run(dispatch: Dispatch): void
  dispose(): void
}

export interface TeamOptions {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly kernels: Kernels
  readonly control: number
  readonly threads: number
  readonly spawn: SpawnWorker
  /** Told of threads that failed. */
  readonly loss: Loss
  /** A thread that finishes no job for this long counts as lost. Jobs take milliseconds. */
  readonly patienceSeconds?: number
  readonly startSeconds?: number
}

/** One thread: the caller runs every job. */
export function createLoner({
  kernels,
  memory,
  control,
}: Pick<TeamOptions, 'kernels' | 'memory' | 'control'>): Team {
  return {
    threads: 1,
    run({ kernel, args, jobs, scratch }) {
      writeArgs(memory, control, args)
      const { run } = kernels.find(kernel)
      try {
        for (let job = 0; job < jobs; job++) run(control + argsOffset, job, scratch)
      } catch (cause) {
        throw new EngineError('engine/device-error', `${kernel}: the kernel failed`, { cause })
      }
    },
    dispose: () => {},
  }
}

/** Starts the workers and waits until they are up. @throws EngineError when one does not come up */
export async function createTeam(options: TeamOptions): Promise<Team> {
  const {
    module,
    memory,
    kernels,
    control,
    threads,
    spawn,
    loss,
    patienceSeconds = 60,
    startSeconds = 20,
  } = options
  const words = new Int32Array(memory.buffer, control, argsOffset / 4)
  const fail = (reason: string) =>
    loss.lose(new EngineError('engine/lost', `a thread failed: ${reason}`))
  const workers: WorkerLike[] = []
  for (let thread = 1; thread < threads; thread++) {
    workers.push(spawn(workerSource, { module, memory, control, thread }, fail))
  }

  const dispose = () => {
    Atomics.store(words, word.closed, 1)
    Atomics.add(words, word.epoch, 1)
    Atomics.notify(words, word.epoch)
    for (const worker of workers.splice(0)) worker.terminate()
  }
  const check = () => {
    if (Atomics.load(words, word.failed)) fail('a kernel failed in a worker')
    loss.check()
  }

  try {
    await allReady({ words, count: threads - 1, check, startSeconds })
  } catch (error) {
    dispose()
    throw error
  }
  const napMs = Math.min(1, patienceSeconds) * 1000
  const wait = mayBlock()
    ? (left: number) => void Atomics.wait(words, word.pending, left, napMs)
    : () => {}
  return {
    threads,
    run({ kernel, args, jobs, scratch, scratchStride }) {
      check()
      writeArgs(memory, control, args)
      words[word.kernel] = kernels.find(kernel).slot
      words[word.jobs] = jobs
      words[word.scratch] = scratch
      words[word.scratchStride] = scratchStride
      Atomics.store(words, word.pending, jobs)
      Atomics.store(words, word.remaining, jobs)
      if (jobs > 1) {
        Atomics.add(words, word.epoch, 1)
        Atomics.notify(words, word.epoch, jobs - 1)
      }
      try {
        kernels.drain(control, 0)
      } catch (error) {
        fail(String(error))
        Atomics.store(words, word.remaining, 0)
        check()
      }
      waitForOthers()
    },
    dispose,
  }

  function waitForOthers() {
    let seen = -1
    let since = 0
    for (let looks = 0; ; looks++) {
      const left = Atomics.load(words, word.pending)
      if (left === 0) return
      if (looks < looksBeforeSleep) continue
      check()
      if (left !== seen) {
        seen = left
        since = performance.now()
      } else if (performance.now() - since > patienceSeconds * 1000) {
        fail(`no job was finished for ${patienceSeconds} s`)
      }
      wait(left)
    }
  }
}

/** Most waits are shorter than what falling asleep and waking takes. */
const looksBeforeSleep = 5000

interface Start {
  readonly words: Int32Array
  readonly count: number
  readonly check: () => void
  readonly startSeconds: number
}

async function allReady({ words, count, check, startSeconds }: Start): Promise<void> {
  const start = performance.now()
  while (Atomics.load(words, word.ready) < count) {
    check()
    if (performance.now() - start > startSeconds * 1000) {
      throw new EngineError(
        'engine/unsupported',
        `worker threads did not start within ${startSeconds} s`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** A page's main thread must not block; it looks again and again instead. */
function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}

function writeArgs(memory: WebAssembly.Memory, control: number, args: readonly number[]): void {
  if (args.length > maxArgs)
    throw new RangeError(`kernel: expected at most ${maxArgs} arguments, got ${args.length}`)
  new Float64Array(memory.buffer, control + argsOffset, maxArgs).set(args)
}
