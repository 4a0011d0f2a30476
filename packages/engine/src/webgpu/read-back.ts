import { EngineError } from '../errors.ts'
import type { Loss } from '../loss.ts'
import type { Commands } from './commands.ts'
import type { DeviceErrors } from './device-errors.ts'

/** Waits for what the device does, with what it says about it. Both reject with that, or with `engine/lost`. */
export interface ReadBack {
  /** Copies a buffer's first bytes out, once everything recorded before is done. */
  bytes(from: GPUBuffer, size: number): Promise<ArrayBuffer>
  /** Everything recorded before is done. */
  done(): Promise<void>
  /** What was recorded before goes to the device; what went there two calls ago is done. */
  pace(): Promise<void>
  /** Nobody waits for what was recorded so far. */
  abandon(): void
}

/** Pieces of work that the device has in hand while the next is recorded: with one alone it would wait for us. */
const piecesAhead = 2

export function createReadBack(
  device: GPUDevice,
  { commands, errors, loss }: { commands: Commands; errors: DeviceErrors; loss: Loss },
): ReadBack {
  /** A wait that fails though the device has nothing against its work fails because the device is gone. */
  const answered = async (wait: Promise<unknown>, said: Promise<void>): Promise<void> => {
    said.catch(() => {}) // seen below, unless the device never answers
    try {
      await wait
    } catch (cause) {
      await said
      const message = `webgpu: the device does not answer: ${(cause as Error).message}`
      loss.lose(new EngineError('engine/lost', message, { cause }))
    }
    await said
    loss.check()
  }

  /** The pieces that nobody has waited for yet, oldest first. */
  let ahead: Promise<void>[] = []

  /** Submits, and tells how to wait for it all. */
  const submitted = () => {
    commands.submit()
    const done = answered(device.queue.onSubmittedWorkDone(), errors.take())
    done.catch(() => {}) // seen by whoever waits for it
    return done
  }
  const catchUp = async () => {
    const pieces = ahead
    ahead = []
    await Promise.all(pieces)
  }

  return {
    async bytes(from, size) {
      const whole = Math.ceil(size / 4) * 4
      const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ
      const staging = errors.allocate(() => device.createBuffer({ size: whole, usage }))
      try {
        commands.copy(from, staging, whole)
        commands.submit()
        const said = errors.take()
        await answered(staging.mapAsync(GPUMapMode.READ), said)
        await catchUp()
        return staging.getMappedRange().slice(0, size)
      } finally {
        staging.destroy()
      }
    },
    async done() {
      ahead.push(submitted())
      await catchUp()
    },
    async pace() {
      ahead.push(submitted())
      if (ahead.length > piecesAhead) await ahead.shift()
    },
    abandon() {
      void submitted()
      ahead = []
    },
  }
}
