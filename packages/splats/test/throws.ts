import { expect } from 'vitest'

import type { SplatsErrorCode } from '../src/splats-error.ts'
import { SplatsError } from '../src/splats-error.ts'

/** Expects `read` to fail with this code and a message that matches. */
export async function expectRefusal(
  read: () => unknown,
  code: SplatsErrorCode,
  message: RegExp,
): Promise<void> {
  const error: unknown = await (async () => read())().then(
    () => 'no error',
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(SplatsError)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
}
