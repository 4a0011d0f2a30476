import { describe, expect, test } from 'vitest'
import { opTable } from '../../../bench/op-table.ts'
import type { Op, OpCase } from '../src/index.ts'
import { kernelSource } from '../src/webgpu/kernel.ts'
import { openTextChecker } from './pretend/texts.ts'
import { blankMaker, recordKernels } from './record.ts'

type AnyArgs = Record<string, unknown>

const texts = await openTextChecker()

const kinds = [
  { half: 'f32', matrixUnits: false },
  { half: 'f16', matrixUnits: false },
  { half: 'f16', matrixUnits: true },
] as const

describe.each(kinds)('texts in $half, matrix units $matrixUnits', ({ half, matrixUnits }) => {
  const features = {
    f16: half === 'f16',
    matrixUnits,
    byteUnits: matrixUnits,
    workgroupStorageBytes: 48 << 10,
  }
  test.each(opTable.map(({ op, cases }) => [op.name, op, cases] as const))(
    '%s compiles in every case',
    async (_, op, cases) => {
      for (const { args } of cases as unknown as OpCase<AnyArgs>[]) {
        const made = args(blankMaker(half))
        for (const kernel of recordKernels(op as unknown as Op<AnyArgs>, made, features))
          for (const pins of [false, true]) texts.check(kernelSource(kernel, pins), kernel.name)
      }
      expect(texts.count).toBeGreaterThan(0)
      expect(await texts.complaints()).toEqual([])
    },
  )
})

test('a wrong text is noticed', async () => {
  const wrong = await openTextChecker()
  wrong.check('@compute @workgroup_size(1) fn main() { let x: u32 = 1.5; }', 'wrong')
  expect(await wrong.complaints()).toHaveLength(1)
})

test('a text whose barrier not all threads reach is noticed', async () => {
  const wrong = await openTextChecker()
  wrong.check(
    '@compute @workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) { if (i > 3u) { workgroupBarrier(); } }',
    'wrong',
  )
  expect((await wrong.complaints())[0]).toMatch(/uniform control flow/)
})
