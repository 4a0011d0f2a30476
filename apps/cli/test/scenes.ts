import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Gaussians } from '@flashworld/splats'
import { writePly } from '@flashworld/splats'

export { stairs, temporaryFolder } from '../../../packages/flashworld/test/scenes.ts'

/** Writes a cloud as PLY into a folder; gives the path. */
export async function savePly(cloud: Gaussians, folder: string, name = 'in.ply'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, writePly(cloud))
  return path
}
