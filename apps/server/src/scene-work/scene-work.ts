import { fork } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ServerError } from '../errors.ts'
import type { JobError } from '../queue/job.ts'
import type { FromSceneWork, SceneTask } from './tasks.ts'

/** Work failed in its process, by a code of the library. */
export class SceneWorkFailure extends Error {
  override readonly name = 'SceneWorkFailure'
  readonly code: string

  constructor({ code, message }: JobError) {
    super(message)
    this.code = code
  }
}

export interface SceneWorkSettings {
  /** Where each task gets its folder, of this work alone; several servers may share it. */
  readonly root: string
  /** Tasks at once; more wait. */
  readonly atOnce: number
  /** Tasks that wait; more are refused. */
  readonly mostWaiting: number
  readonly timeoutMs: number
}

/** Conversions and pictures of scenes, each in a process of its own: the caller's only waits. */
export interface SceneWork {
  /** An empty folder for a task's files, until `discard`. */
  folder(): Promise<string>
  discard(folder: string): Promise<void>
  /**
   * Does a task in its folder.
   * @returns what was noted about the file
   * @throws SceneWorkFailure; ServerError `work/busy`, `work/timeout`, `work/failed`; the signal's reason
   */
  run(folder: string, task: SceneTask, signal?: AbortSignal): Promise<readonly string[]>
}

export function createSceneWork(settings: SceneWorkSettings): SceneWork {
  const { root, atOnce, mostWaiting, timeoutMs } = settings
  let running = 0
  const waiting: (() => void)[] = []

  /** @throws ServerError `work/busy` */
  const enter = async () => {
    if (running < atOnce) {
      running++
      return
    }
    if (waiting.length >= mostWaiting) {
      throw new ServerError('work/busy', 'too many scenes are being converted or drawn')
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  /** Whoever waits takes the place that is left. */
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else running--
  }

  return {
    async folder() {
      await mkdir(root, { recursive: true })
      return mkdtemp(join(root, `${hostname()}.${process.pid}.`))
    },
    discard: (folder) => rm(folder, { recursive: true, force: true }),
    async run(folder, task, signal) {
      await enter()
      try {
        signal?.throwIfAborted()
        return await inProcess(folder, task, { timeoutMs, signal })
      } finally {
        leave()
      }
    },
  }
}

/** How old work of another machine must be to be left over. */
const dayMs = 86_400_000

/**
 * Takes away the folders of processes that are no more: those of this machine whose process does not live, and others'
 * that are a day old. It is called before this process has any.
 */
export async function clearSceneWork(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const [, host, pid] = /^(.+)\.(\d+)\.\w+$/.exec(name) ?? []
    const path = join(root, name)
    const isOld = async () =>
      Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0) > dayMs
    const isLeft = host === hostname() ? !isAnother(Number(pid)) : await isOld()
    if (isLeft) await rm(path, { recursive: true, force: true })
  }
}

/** Whether another process of this number lives. */
function isAnother(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inProcess(
  folder: string,
  task: SceneTask,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
  const child = fork(new URL('./program.ts', import.meta.url), [], {
    cwd: folder,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const end = (reason: unknown) => {
    reject(reason)
    child.kill('SIGKILL')
  }
  const onAbort = () => end(signal!.reason)
  const seconds = timeoutMs / 1000
  const timer = setTimeout(
    () => end(new ServerError('work/timeout', `the scene was not done after ${seconds} s`)),
    timeoutMs,
  )
  signal?.addEventListener('abort', onAbort, { once: true })
  child.on('message', (message: FromSceneWork) => {
    if (message.type === 'done') resolve(message.notes)
    else reject(new SceneWorkFailure(message.error))
  })
  child.once('error', reject)
  child.once('exit', (code, by) => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
    // after an answer this changes nothing
    const ending = by ? `by ${by}` : `with ${code}`
    reject(new ServerError('work/failed', `the process of a scene's work ended ${ending}`))
  })
  child.send(task, () => {})
  return promise
}
