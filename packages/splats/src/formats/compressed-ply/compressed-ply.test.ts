import { describe, expect, it } from 'vitest'

import { maxDifference } from '../../../test/clouds.ts'
import { compressedPlySample } from '../../../test/compressed-ply-sample.ts'
import { expectRefusal } from '../../../test/throws.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import { readCompressedPly } from './read.ts'

const { bytes, count } = compressedPlySample()

/** The sample with a piece of its header replaced by one of the same length. */
function edited(from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  expect(text).toContain(from)
  expect(to.length).toBe(from.length)
  return Buffer.from(text.replace(from, to), 'latin1')
}

describe('readCompressedPly', async () => {
  const { gaussians, axes, dropped } = await readCompressedPly(bytes, { axes: 'RUB' })

  it('unpacks words 0 to the lower bounds and words of ones to the upper', () => {
    expect([gaussians.count, gaussians.shDegree, axes, dropped]).toEqual([count, 1, 'RUB', 0])
    expect([...gaussians.positions.subarray(0, 6)]).toEqual([-1, 0, 5, 3, 2, 5])
    const scales = [-4, -4, -3, 0, -2, -1].map(Math.exp)
    expect(maxDifference(gaussians.scales.subarray(0, 6), scales)).toBeLessThan(1e-6)
    expect([...gaussians.opacities.subarray(0, 2)]).toEqual([0, 1])
    const first = [0, -1, 0].map((color) => (color - 0.5) / SH_C0)
    const second = [1, 1, 2].map((color) => (color - 0.5) / SH_C0)
    expect(maxDifference(gaussians.sh.subarray(0, 3), first)).toBeLessThan(1e-6)
    expect(maxDifference(gaussians.sh.subarray(12, 15), second)).toBeLessThan(1e-6)
    expect([...gaussians.sh.subarray(3, 12)]).toEqual(Array(9).fill(-4))
    expect([...gaussians.sh.subarray(15, 24)]).toEqual(Array(9).fill(4))
  })

  it('uses the second bounds from the 257th on', () => {
    const xs = gaussians.positions.filter((_, i) => i % 3 === 0)
    expect(Math.max(...xs.subarray(0, 256))).toBeLessThanOrEqual(3)
    expect(Math.min(...xs.subarray(256))).toBeGreaterThanOrEqual(9)
  })

  it('refuses missing chunks, columns and rows', async () => {
    const refuse = (changed: Uint8Array, message: RegExp) =>
      expectRefusal(() => readCompressedPly(changed), 'splats/bad-header', message)
    await refuse(edited('element chunk 2', 'element chunk 1'), /a chunk per 256 of 300, got 1/)
    await refuse(edited('packed_scale', 'packed_skale'), /expected 'packed_scale', got none/)
    await refuse(edited('max_scale_z', 'max_scale_w'), /expected 'max_scale_z', got none/)
    await refuse(edited('element sh 300', 'element sh 299'), /300 rows of 'sh', got 299/)
    await refuse(edited('f_rest_8', 'f_rest_9'), /0, 9, 24 or 45/)
    await expectRefusal(() => readCompressedPly(bytes.subarray(0, -1)), 'splats/truncated', /bytes/)
  })
})
