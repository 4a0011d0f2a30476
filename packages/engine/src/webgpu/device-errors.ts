import { EngineError } from '../errors.ts'

/**
 * What the device says against recorded work, kept apart by the device's own error scopes: each submission has its own,
 * and the next wait gets what those since the last one found.
 */
export interface DeviceErrors {
  /** Work is being recorded; all until `close` belongs together. */
  open(): void
  /** The work was submitted. */
  close(): void
  /** An object that the device may have no memory for. `failed` is called when it has none; the object is of no use then. */
  allocate<T>(make: () => T, failed?: (made: T) => void): T
  /** Rejects with the first error since the last call, once the device has looked at everything. */
  take(): Promise<void>
}

const filters = ['validation', 'out-of-memory', 'internal'] as const

export function createDeviceErrors(device: GPUDevice): DeviceErrors {
  let isOpen = false
  let found: Promise<GPUError | null>[] = []

  // a device that was lost has nothing more to say
  const pop = () => device.popErrorScope().catch(() => null)

  return {
    open() {
      if (isOpen) return
      isOpen = true
      for (const filter of filters) device.pushErrorScope(filter)
    },
    close() {
      if (!isOpen) return
      isOpen = false
      filters.forEach(() => found.push(pop()))
    },
    allocate(make, failed) {
      for (const filter of filters) device.pushErrorScope(filter)
      const made = make()
      filters.forEach(() => {
        const error = pop()
        found.push(error)
        void error.then((error) => error && failed?.(made))
      })
      return made
    },
    async take() {
      const errors = found
      found = []
      for (const error of await Promise.all(errors)) if (error) throw engineError(error)
    },
  }
}

const engineError = (error: GPUError) =>
  error instanceof GPUOutOfMemoryError
    ? new EngineError(
        'engine/out-of-memory',
        `webgpu: expected memory on the device, got none: ${firstLine(error.message)}`,
      )
    : new EngineError('engine/device-error', `webgpu: ${error.message}`)

/** What follows says where in the browser or in Dawn it was found. */
const firstLine = (message: string) => message.split('\n', 1)[0]!
