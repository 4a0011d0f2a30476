import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Gaussians, ShDegree } from '@flashworld/splats'
import { allocateGaussians, writePly } from '@flashworld/splats'
import { onTestFinished } from 'vitest'

/** A new folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-cli-'))
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

/** Writes a cloud as PLY into a folder; gives the path. */
export async function savePly(cloud: Gaussians, folder: string, name = 'in.ply'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, writePly(cloud))
  return path
}
