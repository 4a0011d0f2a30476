import { afterEach, expect, test, vi } from 'vitest'
import { createDeviceErrors } from './device-errors.ts'

class OutOfMemory {
  readonly message = 'not enough memory left\n - While calling [Device].CreateBuffer.'
}

afterEach(() => void vi.unstubAllGlobals())

/** A device whose memory ends when it is told: then its error scopes say so. */
function device() {
  vi.stubGlobal('GPUOutOfMemoryError', OutOfMemory)
  const scopes: GPUErrorFilter[] = []
  let isFull = false
  const stub = {
    pushErrorScope: (filter: GPUErrorFilter) => void scopes.push(filter),
    popErrorScope: async () =>
      scopes.pop() === 'out-of-memory' && isFull ? new OutOfMemory() : null,
  } as unknown as GPUDevice
  return { stub, fill: (full: boolean) => (isFull = full), open: () => scopes.length }
}

test('what the device has no memory for is given up, said once, and the next is made', async () => {
  const { stub, fill, open } = device()
  const errors = createDeviceErrors(stub)
  const failed: string[] = []
  errors.allocate(
    () => 'one',
    (made) => failed.push(made),
  )
  await errors.take()
  fill(true)
  errors.allocate(
    () => 'two',
    (made) => failed.push(made),
  )
  errors.open()
  errors.close()
  await expect(errors.take()).rejects.toMatchObject({
    code: 'engine/out-of-memory',
    message: 'webgpu: expected memory on the device, got none: not enough memory left',
  })
  expect(failed).toEqual(['two'])
  fill(false)
  errors.allocate(
    () => 'three',
    (made) => failed.push(made),
  )
  await errors.take()
  expect([failed, open()]).toEqual([['two'], 0])
})
