/** The folder that the examples and commands of the docs are run in: a scene, its record, a path, a photograph, requests. */
import { copyFile, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { templatePath, writeTrajectoryJson } from '@flashworld/camera'
import { loadFlashWorld } from 'flashworld'
import { embeddedModel, folderSource, nodeImages, openEngine, saveScene } from 'flashworld/node'

const root = join(import.meta.dirname, '../..')

/** @returns the folder, which the caller removes */
export async function makeScratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-docs-'))
  await mkdir(join(folder, 'requests'))
  await symlink(join(root, 'assets'), join(folder, 'assets'))
  const photograph = join(root, 'assets/examples/photograph.png')
  await copyFile(photograph, join(folder, 'photo.png'))
  await copyFile(photograph, join(folder, 'photo.jpg')) // decoders look at the content
  const path = templatePath('orbit-left', { count: 8, size: { width: 64, height: 64 } })
  await writeFile(join(folder, 'cameras.json'), writeTrajectoryJson(path))
  const request = JSON.stringify({
    prompt: 'a red house on grass',
    seed: 1,
    resolution: [8, 64, 64],
  })
  for (const name of ['request.json', 'requests/one.json', 'requests/two.json'])
    await writeFile(join(folder, name), request)

  using engine = await openEngine({ backend: 'wasm' })
  using world = await loadFlashWorld({
    engine,
    source: folderSource(embeddedModel()),
    images: nodeImages,
  })
  const made = await world.generateScene({
    prompt: 'a red house on grass',
    resolution: [8, 64, 64],
    seed: 1,
  })
  const files = ['house.spz', 'house.ply'].map((name) => join(folder, name))
  await Array.fromAsync(saveScene(made, { files }))
  return folder
}
