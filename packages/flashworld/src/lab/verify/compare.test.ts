import { expect, test } from 'vitest'
import type { Cases } from './cases.ts'
import { compare, tolerances } from './compare.ts'

/** Goldens of ones; the published applications are 0.2 off everywhere. */
const cases = {
  published: { 'dit.out': 0.2, 'pipe_text.rgb': 0.2 },
  get: () => Promise.resolve({ shape: [4], values: new Float32Array(4).fill(1) }),
} as unknown as Cases

const off = (name: string, error: number, allowed = tolerances.f16) =>
  compare(cases, { name, shape: [4], values: new Float32Array(4).fill(1 + error) }, allowed)

test('what is nearer to f32 than the published applications are passes, what is farther does not', async () => {
  expect(await off('dit.out', 0.125)).toMatchObject({ passed: true, published: 0.2 })
  expect(await off('dit.out', 0.25)).toMatchObject({ passed: false })
  // nothing is known of how far they are
  expect(await off('vae.mean', 0.125)).toMatchObject({ passed: false, published: undefined })
})

test('a stage in f32 is held by its own tolerance; whole generations in f32 drift apart as the published ones do', async () => {
  expect(await off('dit.out', 0.125, tolerances.f32)).toMatchObject({ passed: false })
  expect(await off('pipe_text.rgb', 0.125, tolerances.f32)).toMatchObject({ passed: true })
})

test('a render is held by fast maths where goldens come from a GPU', async () => {
  expect(await off('render.depth', 5e-4)).toMatchObject({ passed: true })
  expect(await off('render.depth', 2e-3)).toMatchObject({ passed: false })
})

test('pictures have their PSNR', async () => {
  const { psnr } = await off('pipe_text.rgb', 0.125)
  expect(psnr).toBeCloseTo(10 * Math.log10(4 / 0.125 ** 2), 6)
  expect(await off('dit.out', 0.125)).not.toHaveProperty('psnr')
})
