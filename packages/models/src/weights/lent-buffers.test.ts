import { expect, test } from 'vitest'
import { dropBuffers, lendBuffer, returnBuffer } from './lent-buffers.ts'

test('what was returned is lent again, once, to whoever wants that length', () => {
  const first = lendBuffer(64)
  expect(lendBuffer(64)).not.toBe(first)
  returnBuffer(first)
  returnBuffer(first)
  expect(lendBuffer(32)).not.toBe(first)
  expect(lendBuffer(64)).toBe(first)
  expect(lendBuffer(64)).not.toBe(first)
})

test('a buffer from elsewhere is never lent, and what was given up neither', () => {
  const own = new ArrayBuffer(48)
  returnBuffer(own)
  expect(lendBuffer(48)).not.toBe(own)
  const given = lendBuffer(16)
  returnBuffer(given)
  dropBuffers()
  expect(lendBuffer(16)).not.toBe(given)
})
