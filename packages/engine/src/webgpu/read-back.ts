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
}

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
        return staging.getMappedRange().slice(0, size)
      } finally {
        staging.destroy()
      }
    },
    async done() {
      commands.submit()
      const said = errors.take()
      await answered(device.queue.onSubmittedWorkDone(), said)
    },
  }
}
