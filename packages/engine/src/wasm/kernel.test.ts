import { expect, test } from 'vitest'
import type { Tensor } from '../tensor.ts'
import { flatten, numbers, struct, wasmKernel } from './kernel.ts'
import { layOutScratch } from './scratch.ts'

const inner = struct('Inner', { a: 'i32', b: 'f32' })

const { args: fields } = wasmKernel('test', {
  x: 'pointer',
  missing: 'pointer?',
  inner,
  three: numbers('f64', 3),
  count: 'i32',
})

const x: Tensor = { shape: [1], dtype: 'f32', storage: { bytes: 4 } }
const values = { count: 7, three: [4, 5, 6], inner: { b: 0.5, a: 3 }, missing: undefined, x }

test('arguments are in the order in which they are declared, not in that of the call', () => {
  expect(flatten(fields, values, () => 64)).toEqual([64, 0, 3, 0.5, 4, 5, 6, 7])
  expect(flatten(fields, { ...values, x: 128, missing: 8 }, () => 64).slice(0, 2)).toEqual([128, 8])
})

test('an argument that is not what it is declared as is refused', () => {
  const give = (wrong: object) => () => flatten(fields, { ...values, ...wrong }, () => 64)
  expect(give({ count: 0.5 })).toThrow('count: expected a i32, got 0.5')
  expect(give({ count: undefined })).toThrow('count: expected a i32, got undefined')
  expect(give({ inner: { a: 3 } })).toThrow('b: expected a f32, got undefined')
  expect(give({ three: [1, 2] })).toThrow('three: expected 3 numbers, got 2')
  expect(give({ x: 0 })).toThrow('x: expected a pointer, got 0')
  expect(give({ x: undefined })).toThrow('x: expected a pointer, got undefined')
})

test('parts of scratch follow each other, each with room for its guard', () => {
  const kernel = wasmKernel(
    'test',
    { count: 'i32' },
    { first: ({ count }) => 4 * count, second: (_, columns) => columns, third: () => 5 },
  )
  expect(layOutScratch(kernel, { count: 3 }, 16)).toEqual({
    parts: [
      { name: 'first', start: 0, end: 12 },
      { name: 'second', start: 16, end: 32 },
      { name: 'third', start: 48, end: 56 },
    ],
    bytes: 64,
  })
})
