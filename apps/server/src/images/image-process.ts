import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import type { ImageDecoder, Photograph, PipelineErrorCode } from 'flashworld'
import { FlashWorldError } from 'flashworld'
import { ServerError } from '../errors.ts'
import type { FromDecoder } from './messages.ts'
import { isPhotograph } from './photograph-type.ts'

export interface ImageProcessSettings {
  /** The program; it speaks `messages.ts`. */
  readonly program?: URL
  /** Most bytes of memory that the process may hold. */
  readonly mostBytes?: number
  /** Most time that one photograph may take once the process is loaded, milliseconds. */
  readonly timeoutMs?: number
  /** Most time that loading may take: a machine that makes scenes on every core is slow to start anything. */
  readonly readyMs?: number
  /** Most photographs that wait for their turn. */
  readonly mostWaiting?: number
  /** Ends the process after so long without work, milliseconds. */
  readonly idleMs?: number
}

/** Looks at photographs in a process of its own, so that what breaks a decoder breaks no server. */
export interface ImageProcess extends ImageDecoder {
  close(): void
}

/**
 * One photograph at a time, in a child that is started at the first one and again after it was lost. Only what begins as
 * a JPEG, PNG or WebP gets that far.
 */
export function createImageProcess({
  program = new URL('./program.ts', import.meta.url),
  mostBytes = 1.5 * 2 ** 30,
  timeoutMs = 10_000,
  readyMs = 60_000,
  mostWaiting = 16,
  idleMs = 60_000,
}: ImageProcessSettings = {}): ImageProcess {
  let present: Decoder | undefined
  let idle: NodeJS.Timeout | undefined
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()

  const end = () => {
    clearTimeout(idle)
    present?.child.kill('SIGKILL')
    present = undefined
  }

  const need = () => {
    clearTimeout(idle)
    return (present ??= start(program, { mostBytes, readyMs }))
  }

  const decode = async (bytes: Uint8Array): Promise<Photograph> => {
    const { child, ready } = need()
    const answer = await ready
      .then(() => answerOf(child, bytes, timeoutMs))
      .catch((error: unknown) => {
        end()
        throw error
      })
    idle = setTimeout(end, idleMs)
    idle.unref()
    if ('error' in answer)
      throw new FlashWorldError(answer.error.code as PipelineErrorCode, answer.error.message)
    return { ...answer, resized: () => Promise.reject(new Error('only the engine needs pixels')) }
  }

  return {
    async open(bytes) {
      if (!isPhotograph(bytes))
        throw new ServerError('image/type', 'image: expected a PNG, JPEG or WebP')
      if (waiting >= mostWaiting)
        throw new ServerError('image/busy', 'image: too many photographs at once; try again')
      waiting++
      const decoded = turn.then(() => decode(bytes))
      turn = decoded.catch(() => {}).finally(() => waiting--)
      return decoded
    },
    close: end,
  }
}

interface Decoder {
  readonly child: ChildProcess
  /** @throws ServerError `image/busy` when the process does not start */
  readonly ready: Promise<void>
}

function start(
  program: URL,
  { mostBytes, readyMs }: { readonly mostBytes: number; readonly readyMs: number },
): Decoder {
  const child = fork(program, ['--most-bytes', `${mostBytes}`], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // none of the server's secrets; one thread, so that a picture takes no more than its share
    env: { VIPS_CONCURRENCY: '1', MALLOC_ARENA_MAX: '2' },
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = () =>
    reject(new ServerError('image/busy', 'image: none can be opened now; try again'))
  const timer = setTimeout(fail, readyMs)
  child
    .once('message', () => resolve())
    .once('exit', fail)
    .once('error', fail)
  return { child, ready: promise.finally(() => clearTimeout(timer)) }
}

/** @throws ServerError `image/costly` when the process ends, or does not answer in time */
async function answerOf(
  child: ChildProcess,
  bytes: Uint8Array,
  timeoutMs: number,
): Promise<FromDecoder> {
  const { promise, resolve, reject } = Promise.withResolvers<FromDecoder>()
  const fail = () =>
    reject(new ServerError('image/costly', 'image: it takes too much time or memory to open'))
  const timer = setTimeout(fail, timeoutMs)
  child.once('message', resolve).once('exit', fail).once('error', fail)
  child.send(bytes, (error) => {
    if (error) fail()
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    child.off('message', resolve).off('exit', fail).off('error', fail)
  }
}
