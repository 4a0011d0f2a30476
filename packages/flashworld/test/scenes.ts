import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { normalizeCameras, templatePath } from '@flashworld/camera'
import type { Gaussians, ShDegree } from '@flashworld/splats'
import { allocateGaussians } from '@flashworld/splats'
import { onTestFinished } from 'vitest'
import type { Scene } from '../src/scene.ts'

/** A new folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A cloud without symmetry: along x it grows more opaque, along y larger, along z (ahead) redder. */
export function stairs(count: number, shDegree: ShDegree = 2): Gaussians {
  const cloud = allocateGaussians(count, shDegree)
  const stride = cloud.sh.length / count
  for (let i = 0; i < count; i++) {
    const t = (i + 1) / count
    cloud.positions.set([t, 0.5 * Math.sin(5 * t), -1 - t], i * 3)
    cloud.opacities[i] = t
    cloud.scales.set([0.02 + 0.1 * t, 0.05, 0.01], i * 3)
    cloud.rotations.set([0.5, 0.5, 0.5, -0.5], i * 4)
    for (let k = 0; k < stride; k++) cloud.sh[i * stride + k] = 0.8 * Math.sin(i + 2 * k)
  }
  return cloud
}

/** A scene of such a cloud, along a path of two cameras that stand 3 apart. */
export function smallScene(count: number): Scene {
  const size = { width: 64, height: 32 }
  const path = templatePath('truck-left:3', { count: 2, size })
  const resolution = [2, 32, 64] as const
  return {
    gaussians: stairs(count),
    ...normalizeCameras(path),
    path,
    seed: 1,
    prompt: 'a barn',
    resolution,
  }
}

/** All bytes of a stream. */
export async function collectBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
