import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { JobError, JobResult } from '../queue/job.ts'
import type { Runner } from './gpu-choice.ts'
import type { EngineMemory, EngineTask, FromEngine, ToEngine } from './messages.ts'

/** How an engine process is started. */
export interface EngineSettings {
  /** The program; it speaks `messages.ts`. */
  readonly program: URL
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What runs it; this Node when it is left out. */
  readonly runner?: Runner
  /** Ends the process after so long without work, milliseconds; never when it is left out. */
  readonly idleUnloadMs?: number | undefined
  /** How long a cancelled task may take to stop before its process is ended. */
  readonly stopMs?: number
  /** How long it may take to load the model before it is given up. */
  readonly readyMs?: number
}

/** A task ended otherwise than with a scene. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'
  readonly error: JobError
  /** The process or its device was lost: the same task may succeed in another. */
  readonly mayRetry: boolean

  constructor(error: JobError, mayRetry: boolean) {
    super(error.message)
    this.error = error
    this.mayRetry = mayRetry
  }
}

export interface EngineRun {
  readonly signal: AbortSignal
  /** Seconds on the device after which the task ends with `job/budget`. */
  readonly budgetSeconds: number
  readonly onMessage: (message: FromEngine & { type: 'progress' | 'step' }) => void
}

/**
 * The process that holds the engine and the model. It is started at the first need, and again after it was lost, hung or
 * unloaded; whoever needs it meanwhile waits for the same start.
 */
export interface EngineProcess {
  /** Starts it now, so that the first task finds the model loaded. @throws EngineFailure when it cannot load */
  warm(): Promise<{ readonly device: string }>
  /** One task at a time. @throws EngineFailure; the signal's reason */
  run(task: EngineTask, run: EngineRun): Promise<JobResult>
  readonly isLoaded: boolean
  /** As the process told last; none while nothing is loaded. */
  readonly memory: EngineMemory
  /** Ends the process and frees its device. */
  unload(): Promise<void>
}

interface Loaded {
  readonly child: ChildProcess
  readonly device: string
}

/** Codes after which the device, not the request, is to blame. */
const lostCodes: readonly string[] = ['engine/lost']

export function createEngineProcess(settings: EngineSettings): EngineProcess {
  const { stopMs = 2000, idleUnloadMs } = settings
  let present: Start | undefined
  let idle: NodeJS.Timeout | undefined

  /** The running process, or the start that is under way. */
  const need = () => {
    clearTimeout(idle)
    if (present) return present.loaded
    const starting = start(settings)
    present = starting
    const forget = () => {
      if (present === starting) present = undefined
    }
    starting.child.once('exit', forget)
    starting.loaded.catch(forget)
    return starting.loaded
  }

  const unload = async () => {
    clearTimeout(idle)
    const found = present
    present = undefined
    if (found) await end(found.child)
  }

  const rest = () => {
    if (idleUnloadMs === undefined) return
    idle = setTimeout(() => void unload(), idleUnloadMs)
    idle.unref()
  }

  return {
    async warm() {
      const { device } = await need()
      rest()
      return { device }
    },

    get isLoaded() {
      return present !== undefined
    },

    get memory() {
      return present?.memory() ?? noMemory
    },

    async run(task, { signal, budgetSeconds, onMessage }) {
      const { child } = await need()
      signal.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<JobResult>()
      let reason: unknown
      let killing: NodeJS.Timeout | undefined

      const onAnswer = (message: FromEngine) => {
        if (message.type === 'progress' || message.type === 'step') onMessage(message)
        if (message.type === 'done') resolve(message.result)
        if (message.type === 'failed') {
          const isLost = lostCodes.includes(message.error.code)
          if (isLost) child.kill('SIGKILL') // a lost device never comes back to its process
          reject(reason ?? new EngineFailure(message.error, isLost))
        }
      }
      const onExit = (code: number | null, by: string | null) =>
        reject(reason ?? new EngineFailure(ended(code, by), true))
      const stop = (why: unknown) => {
        if (reason !== undefined) return
        reason = why
        send(child, { type: 'cancel' })
        killing = setTimeout(() => child.kill('SIGKILL'), stopMs)
      }
      const onAbort = () => stop(signal.reason)
      const budget = setTimeout(() => stop(overBudget(budgetSeconds)), budgetSeconds * 1000)

      child.on('message', onAnswer)
      child.on('exit', onExit)
      signal.addEventListener('abort', onAbort, { once: true })
      send(child, { type: 'run', task })
      try {
        return await promise
      } finally {
        clearTimeout(budget)
        clearTimeout(killing)
        child.off('message', onAnswer)
        child.off('exit', onExit)
        signal.removeEventListener('abort', onAbort)
        if (child.killed) await unload()
        else rest()
      }
    },

    unload,
  }
}

interface Start {
  readonly child: ChildProcess
  /** @throws EngineFailure when the process ends, says that it cannot load, or says nothing */
  readonly loaded: Promise<Loaded>
  readonly memory: () => EngineMemory
}

const noMemory: EngineMemory = { liveBytes: 0, peakBytes: 0 }

function start({ program, args, env, runner, readyMs = 600_000 }: EngineSettings): Start {
  const child = fork(program, args, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
    ...(runner && { execPath: runner.execPath, execArgv: [...runner.execArgv] }),
  })
  const { promise, resolve, reject } = Promise.withResolvers<Loaded>()
  child.once('message', (message: FromEngine) => {
    if (message.type === 'ready') resolve({ child, device: message.device })
    else if (message.type === 'failed') reject(new EngineFailure(message.error, false))
  })
  let memory = noMemory
  child.on('message', (message: FromEngine) => {
    if (message.type === 'memory') memory = message
  })
  child.on('error', reject)
  child.once('exit', (code, by) => reject(new EngineFailure(ended(code, by), true)))
  const timer = setTimeout(() => reject(new EngineFailure(notReady(readyMs), true)), readyMs)
  const loaded = promise.catch(async (error: unknown) => {
    await end(child)
    throw error
  })
  return { child, loaded: loaded.finally(() => clearTimeout(timer)), memory: () => memory }
}

/** A process that has ended meanwhile tells so by its `exit`. */
function send(child: ChildProcess, message: ToEngine) {
  if (child.connected) child.send(message, () => {})
}

async function end(child: ChildProcess) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

const ended = (code: number | null, by: string | null): JobError => ({
  code: 'engine/ended',
  message: `the engine's process ended ${by ? `by ${by}` : `with ${code}`}`,
  hint: 'The device may have run out of memory: try fewer frames or a smaller picture.',
})

const notReady = (ms: number): JobError => ({
  code: 'engine/ended',
  message: `the engine was not ready after ${ms / 1000} s`,
})

const overBudget = (seconds: number) =>
  new EngineFailure(
    {
      code: 'job/budget',
      message: `GPU budget exceeded: the scene was not done after ${seconds} s`,
      hint: 'Ask for fewer frames or smaller pictures, or give the server a larger --gpu-budget.',
    },
    false,
  )
