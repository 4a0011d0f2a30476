import { expect, test } from 'vitest'
import type { Kernel, PlainValues } from './kernel.ts'
import { kernelsBy } from './kernel.ts'

const kernel = (code: string): Kernel => ({
  name: 'test',
  inputs: {},
  outputs: {},
  uniforms: {},
  workgroup: [1, 1, 1],
  code,
})

test('a kernel is made once for the same values', () => {
  let made = 0
  const find = kernelsBy(
    ({ size, options }: { size: number; options?: { readonly half: boolean } | undefined }) => {
      made++
      return kernel(`${size} ${options?.half}`)
    },
  )
  const first = find({ size: 4, options: { half: true } })
  expect(find({ size: 4, options: { half: true } })).toBe(first)
  expect(find({ size: 5 })).toBe(find({ size: 5, options: undefined }))
  expect(made).toBe(2)
})

test('values that differ in anything give kernels of their own', () => {
  const find = kernelsBy((values: PlainValues) => kernel(JSON.stringify(values)))
  const all: PlainValues[] = [
    ...[{}, { a: 1 }, { a: '1' }, { a: true }, { a: 'true' }, { a: '' }, { b: 1 }, { a: 1, b: 1 }],
    ...[
      { a: [] },
      { a: {} },
      { a: [1, 2] },
      { a: ['1,2'] },
      { a: [[1], 2] },
      { a: { b: 1 } },
      { a: '","b":"' },
      { a: '', b: '' },
    ],
  ]
  expect(new Set(all.map(find)).size).toBe(all.length)
  expect(all.map((values) => find(values).code)).toEqual(
    all.map((values) => JSON.stringify(values)),
  )
})
