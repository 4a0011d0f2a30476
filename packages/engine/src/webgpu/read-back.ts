import { EngineError } from '../errors.ts'
import type { Loss } from '../loss.ts'
import type { Commands } from './commands.ts'
import type { DeviceErrors } from './device-errors.ts'
import { range } from './range.ts'
import type { Place } from './stretch.ts'

/** Waits for what the device does, with what it says about it. Both reject with that, or with `engine/lost`. */
export interface ReadBack {
  /** Fills `into` with the bytes at a place, once everything recorded before is done. */
  copyOut(from: Place, into: Uint8Array): Promise<void>
  /** Everything recorded before is done. */
  done(): Promise<void>
  /** What was recorded before goes to the device; what went there two calls ago is done. */
  pace(): Promise<void>
  /** Nobody waits for what was recorded so far. */
  abandon(): void
  /** Gives up the memory through which reads go. */
  trim(): void
}

/** Pieces of work that the device has in hand while the next is recorded: with one alone it would wait for us. */
const piecesAhead = 2

/** A read goes out in pieces of this size at most, so that the device copies one while the host copies another. */
const mostPieceBytes = 1 << 26

/** Stretches of whole words. */
const piecesOf = (size: number) =>
  range(Math.ceil(size / mostPieceBytes)).map((n) => ({
    start: n * mostPieceBytes,
    bytes: Math.min(mostPieceBytes, Math.ceil(size / 4) * 4 - n * mostPieceBytes),
  }))

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

  const staged = createStaging(device, errors)

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
    async copyOut({ buffer, offset }, into) {
      const pieces = piecesOf(into.length).map(({ start, bytes }) => ({
        start,
        bytes,
        staging: staged.take(bytes),
      }))
      try {
        for (const { start, bytes, staging } of pieces)
          commands.copy({ buffer, offset: offset + start }, { buffer: staging, offset: 0 }, bytes)
        commands.submit()
        const said = errors.take()
        const mapped = pieces.map(({ staging, bytes }) =>
          answered(staging.mapAsync(GPUMapMode.READ, 0, bytes), said),
        )
        for (const wait of mapped) wait.catch(() => {}) // seen when it is its turn
        await mapped[0]
        await catchUp()
        for (const [n, { start, bytes, staging }] of pieces.entries()) {
          await mapped[n]
          const got = new Uint8Array(staging.getMappedRange(0, bytes))
          into.set(got.subarray(0, into.length - start), start)
        }
      } finally {
        for (const { staging } of pieces) staged.give(staging)
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
    trim: () => staged.trim(),
  }
}

/** Buffers that the host can read, kept by size: making one takes longer than copying through it. */
function createStaging(device: GPUDevice, errors: DeviceErrors) {
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ
  const kept = new Map<number, GPUBuffer[]>()
  return {
    take(bytes: number): GPUBuffer {
      const size = 2 ** Math.max(8, Math.ceil(Math.log2(bytes)))
      return kept.get(size)?.pop() ?? errors.allocate(() => device.createBuffer({ size, usage }))
    },
    /** Unmaps it; one that was not mapped, since its device or its read failed, is not kept. */
    give(buffer: GPUBuffer) {
      if (buffer.mapState !== 'mapped') return buffer.destroy()
      buffer.unmap()
      const list = kept.get(buffer.size)
      if (list) list.push(buffer)
      else kept.set(buffer.size, [buffer])
    },
    trim() {
      for (const list of kept.values()) for (const buffer of list) buffer.destroy()
      kept.clear()
    },
  }
}
