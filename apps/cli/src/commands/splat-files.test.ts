import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readGaussians } from '@flashworld/splats'
import { expect, test } from 'vitest'
import { hearCommand, runCommand } from '../../test/run-command.ts'
import { temporaryFolder } from '../../test/scenes.ts'
import { convertCommand } from './convert.ts'
import { infoCommand } from './info.ts'

const splats = fileURLToPath(new URL('../../../../packages/splats/test/cases', import.meta.url))
const sogIndex = fileURLToPath(new URL('../../test/cases/sogdir/meta.json', import.meta.url))

const convert = (...args: string[]) => runCommand(convertCommand, ...args)
const notesOf = async (...args: string[]) => (await hearCommand(convertCommand, ...args)).err

async function readBack(path: string) {
  return readGaussians(new Uint8Array(await readFile(path)), { fileName: path })
}

test('an unbundled SOG is a scene', async () => {
  const info = JSON.parse(await runCommand(infoCommand, sogIndex, '--json')) as object
  expect(info).toMatchObject({ kind: 'scene', format: 'sog', count: 3, axes: 'RDF' })
  const out = join(await temporaryFolder(), 'o.ply')
  await convert(sogIndex, out)
  const { gaussians } = await readBack(out)
  const direct = await readBack(join(splats, 'rgb3.ply'))
  // the same three blobs, in the order of their codes
  const heights = (positions: Float32Array) => [...positions.filter((_, j) => j % 3 === 1)].sort()
  expect(heights(gaussians.positions)).toEqual(
    heights(direct.gaussians.positions).map((y) => expect.closeTo(y, 3)),
  )
})

test('compressed PLY names its axes', async () => {
  const out = join(await temporaryFolder(), 'o.compressed.ply')
  await convert(join(splats, 'rgb3.ply'), out, '--axes', 'luf')
  const { axes, gaussians } = await readBack(out)
  expect(axes).toBe('LUF')
  const red = gaussians.sh.filter((_, j) => j % 3 === 0)
  const reds = red.indexOf(Math.max(...red))
  expect(gaussians.positions[reds * 3]).toBeCloseTo(-0.6, 3)
})

test('antialiasing goes through compressed PLY and SOG', async () => {
  const folder = await temporaryFolder()
  for (const name of ['o.compressed.ply', 'o.sog']) {
    const again = join(folder, `${name}.ply`)
    await convert(join(splats, 'mip.ply'), join(folder, name))
    await convert(join(folder, name), again)
    expect((await readBack(again)).gaussians.antialiased).toBe(true)
  }
})

test.each(['o.compressed.ply', 'o.sog', 'o.html', 'o.glb'])(
  'an empty scene is refused as %s',
  async (name) => {
    const out = join(await temporaryFolder(), name)
    await expect(convert(join(splats, 'empty.ply'), out)).rejects.toThrow(/Gaussians, got none/)
  },
)

test('what is read and written says what it leaves out', async () => {
  const folder = await temporaryFolder()
  expect(await notesOf(join(splats, 'cloud.ply'), join(folder, 'a.ply'))).toContain('point cloud')
  expect(await notesOf(join(splats, '2dgs.ply'), join(folder, 'b.ply'))).toContain('flat Gaussians')
  const rdf = await notesOf(join(splats, 'rgb3.ply'), join(folder, 'c.spz'), '--axes', 'rdf')
  expect(rdf).toContain('cannot name its axes')
  expect(await runCommand(infoCommand, join(splats, 'v3-flag80.spz'))).toContain('flag 128')
  expect(await runCommand(infoCommand, join(splats, 'mip.ply'))).toContain('antialiased')
})
