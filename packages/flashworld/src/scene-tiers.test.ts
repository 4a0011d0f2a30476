import { createReferenceEngine } from '@flashworld/engine'
import { allocateGaussians, SH_C0 } from '@flashworld/splats'
import { expect, test } from 'vitest'
import type { Scene } from './scene.ts'
import { sceneTiers } from './scene-tiers.ts'

/** Dots of growing opacity in a row ahead; the last one stands behind the camera. */
function dots(count: number): Scene {
  const gaussians = allocateGaussians(count, 2)
  for (let i = 0; i < count; i++) {
    gaussians.positions.set([i / count - 0.5, 0, i === count - 1 ? 2 : -2], i * 3)
    gaussians.opacities[i] = (0.9 * (i + 1)) / count
    gaussians.scales.fill(0.05, i * 3, i * 3 + 3)
    gaussians.rotations[i * 4] = 1
    gaussians.sh.fill(-0.5 / SH_C0, i * 27, i * 27 + 3)
  }
  const camera = {
    rotation: [1, 0, 0, 0],
    position: [0, 0, 0],
    fx: 1,
    fy: 2,
    cx: 0.5,
    cy: 0.5,
    size: { width: 64, height: 32 },
  } as const
  const cameras = [camera, { ...camera, position: [0.1, 0, 0] as const }]
  const frame = {
    reference: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const,
    extent: 0.1,
  }
  return { gaussians, cameras, path: cameras, frame, seed: 1, prompt: '', resolution: [2, 32, 64] }
}

test('keeps what shows most in the own views; fewer are less alike; leaves nothing allocated', async () => {
  const engine = createReferenceEngine()
  const scene = dots(10)
  const tiers = []
  for await (const tier of sceneTiers(engine, scene, { limits: [9, 4, 10, 100] })) tiers.push(tier)
  expect(tiers.map(({ limit, gaussians }) => [limit, gaussians.count])).toEqual([
    [9, 9],
    [4, 4],
  ])
  const xs = tiers[1]!.gaussians.positions.filter((_, i) => i % 3 === 0)
  // of those in front, the most opaque
  expect([...xs]).toEqual([5, 6, 7, 8].map((i) => Math.fround(i / 10 - 0.5)))
  expect(tiers[0]!.psnr).toBe(Infinity)
  expect(tiers[1]!.psnr).toBeGreaterThan(10)
  expect(tiers[1]!.psnr).toBeLessThan(40)
  expect(engine.memory.liveBuffers).toBe(0)
})
