import { zstdCompressSync } from 'node:zlib'

import type { SpzModule } from '@adobe/spz'
import * as spzPackage from '@adobe/spz'
import type { ChunkSource, DataTable } from '@playcanvas/splat-transform'
import {
  createChunkDataPool,
  materializeToDataTable,
  MemoryFileSystem,
  MemoryReadFileSystem,
  readFile,
  writeSource,
} from '@playcanvas/splat-transform'
import { validateBytes } from 'gltf-validator'
import { describe, expect, it } from 'vitest'

import type { Axes } from '../src/axes.ts'
import { opacityLogit } from '../src/formats/activations.ts'
import type { Gaussians } from '../src/gaussians.ts'
import {
  axesChange,
  readGaussians,
  transformGaussians,
  writeGlb,
  writePly,
  writeSplat,
  writeSpz,
} from '../src/index.ts'
import { collect, maxDifference, maxRotationGap, randomCloud } from './clouds.ts'
import { maxShapeGap } from './covariance.ts'

const soft = randomCloud(700, { seed: 3 })
/** Band 1 and 2 small enough that no frame's SPZ bytes are clamped. */
const cloud: Gaussians = { ...soft, sh: soft.sh.map((value) => value / 3) }

type InputFormat = Parameters<typeof readFile>[0]['inputFormat']

async function openSource(bytes: Uint8Array, inputFormat: InputFormat): Promise<ChunkSource> {
  const fileSystem = new MemoryReadFileSystem()
  fileSystem.set(`a.${inputFormat}`, bytes)
  const [source] = await readFile({ filename: `a.${inputFormat}`, inputFormat, fileSystem })
  return source
}

/** What splat-transform reads in a file, as its table of PLY columns in the file's frame. */
async function readTable(bytes: Uint8Array, inputFormat: InputFormat): Promise<DataTable> {
  return materializeToDataTable(await openSource(bytes, inputFormat), createChunkDataPool())
}

function columns(table: DataTable, names: string[]): Float32Array {
  const values = names.map((name) => table.getColumnByName(name)!.data)
  return Float32Array.from({ length: table.numRows * names.length }, (_, i) =>
    Number(values[i % names.length][Math.floor(i / names.length)]),
  )
}

const indexed = (prefix: string, length: number) => Array.from({ length }, (_, i) => prefix + i)

/** Columns in the order of `Gaussians.sh`. */
const shColumns = (coefficients: number) =>
  Array.from({ length: coefficients }, (_, k) =>
    [0, 1, 2].map((c) => (k === 0 ? `f_dc_${c}` : `f_rest_${c * (coefficients - 1) + k - 1}`)),
  ).flat()

/** Steps of a format: half of each is allowed. */
interface Steps {
  readonly position: number
  readonly opacity: number
  readonly logScale: number
  readonly rotationGap: number
  readonly sh: number
}

function expectTable(table: DataTable, of: Gaussians, steps: Steps): void {
  expect(table.numRows).toBe(of.count)
  const positions = columns(table, ['x', 'y', 'z'])
  expect(maxDifference(positions, of.positions)).toBeLessThanOrEqual(steps.position / 2)
  const opacities = columns(table, ['opacity']).map((logit) => 1 / (1 + Math.exp(-logit)))
  expect(maxDifference(opacities, of.opacities)).toBeLessThanOrEqual(steps.opacity / 2)
  const scales = columns(table, indexed('scale_', 3))
  expect(maxDifference(scales, of.scales.map(Math.log))).toBeLessThanOrEqual(steps.logScale / 2)
  const rotations = columns(table, indexed('rot_', 4))
  expect(maxRotationGap(rotations, of.rotations)).toBeLessThan(steps.rotationGap)
  const kept = table.hasColumn('f_rest_0') ? of.sh : of.sh.filter((_, j) => j % 27 < 3)
  const sh = columns(table, shColumns(kept.length / 3 / of.count))
  expect(maxDifference(sh, kept)).toBeLessThanOrEqual(steps.sh / 2)
}

const EXACT: Steps = { position: 0, opacity: 1e-6, logScale: 2e-6, rotationGap: 1e-6, sh: 0 }
const SPZ: Steps = {
  position: 2 ** -14,
  opacity: 1.001 / 255,
  logScale: 1.001 / 16,
  rotationGap: 6e-6,
  sh: 17.01 / 128,
}
const SPLAT: Steps = {
  ...EXACT,
  opacity: 1.001 / 255,
  // Bytes stand for 1/128 to us and to the format's author, for 2/255 to this reader.
  rotationGap: 2e-4,
  sh: 1.001 / 255 / 0.2820947,
}

describe('splat-transform reads', () => {
  it('our PLY, compat too', async () => {
    expectTable(
      await readTable(await collect(writePly(cloud, { axes: 'RUB' })), 'ply'),
      cloud,
      EXACT,
    )
    const padded = await readTable(await collect(writePly(cloud, { compat: true })), 'ply')
    const turned = transformGaussians(cloud, axesChange('RUB', 'RDF'))
    expect(maxDifference(columns(padded, ['x', 'y', 'z']), turned.positions)).toBe(0)
    expect(padded.hasColumn('f_rest_44')).toBe(true)
  })

  it('our SPZ, versions 3 and 4, stored and compressed', async () => {
    for (const options of [
      {},
      { version: 4 as const },
      { version: 4 as const, zstd: zstdCompressSync },
    ]) {
      expectTable(await readTable(await collect(writeSpz(cloud, options)), 'spz'), cloud, SPZ)
    }
  })

  it('our .splat', async () => {
    const table = await readTable(await collect(writeSplat(cloud, { axes: 'RUB' })), 'splat')
    expectTable(table, cloud, SPLAT)
  })
})

describe('we read what splat-transform writes', () => {
  async function written(filename: string, outputFormat: 'compressed-ply' | 'spz' | 'ply') {
    const source = await openSource(await collect(writePly(cloud)), 'ply')
    const fs = new MemoryFileSystem()
    const pool = createChunkDataPool()
    await writeSource({ filename, outputFormat, source, pool, options: {} }, fs)
    return [...fs.results.values()][0]
  }

  it.each(['ply', 'spz'] as const)('.%s', async (format) => {
    const bytes = await written(`out.${format}`, format)
    const { gaussians } = await readGaussians(bytes, { axes: 'RDF' })
    // This writer spends 12 fractional bits.
    const position = format === 'ply' ? 0 : 2 ** -12
    expect(maxDifference(gaussians.positions, cloud.positions)).toBeLessThanOrEqual(position / 2)
    expect(maxRotationGap(gaussians.rotations, cloud.rotations)).toBeLessThan(6e-6)
    expect(maxDifference(gaussians.sh, cloud.sh)).toBeLessThanOrEqual(SPZ.sh / 2)
  })

  it('.compressed.ply, with the numbers that it reads itself', async () => {
    const bytes = await written('out.compressed.ply', 'compressed-ply')
    const theirs = await readTable(bytes, 'ply')
    const { gaussians } = await readGaussians(bytes, { axes: 'RUB' })
    // Both decode the same bits: single precision apart. Logits of 0 and 1 are infinite there.
    expectTable(theirs, gaussians, {
      position: 4e-6,
      opacity: 1e-6,
      logScale: 4e-6,
      rotationGap: 1e-6,
      sh: 4e-6,
    })
  })
})

describe("Niantic's own library reads our SPZ", async () => {
  // The types take the module for CommonJS, where the default export would be nested.
  const { default: createSpz } = spzPackage as unknown as {
    default: (options: { print: () => void }) => Promise<SpzModule>
  }
  const spz = await createSpz({ print: () => undefined })
  // Of its 16 frames it turns LFD, RFD, LBU and RBU upside down, against their own letters (0.2.3).
  const frames: Axes[] = [
    ...(['LDB', 'RDB', 'LUB', 'RUB', 'LDF', 'RDF', 'LUF', 'RUF'] as const),
    ...(['LFU', 'RFU', 'LBD', 'RBD'] as const),
  ]

  function expectCloud(bytes: Uint8Array, of: Gaussians): void {
    const theirs = spz.loadSpzFromBuffer(bytes, { to: spz.CoordinateSystem.RUB })
    expect([theirs.numPoints, theirs.shDegree]).toEqual([of.count, of.shDegree])
    expect(maxDifference(theirs.positions, of.positions)).toBeLessThanOrEqual(SPZ.position / 2)
    const wxyz = theirs.rotations.map((_, i, xyzw) => xyzw[i - (i % 4) + ((i + 3) % 4)]!)
    const scales = theirs.scales.map(Math.exp)
    // A mirrored Gaussian has more than one rotation: only the covariance must agree. Half a step
    // of the logarithm changes a variance by 1 - e^-(1/16), 6.1 %.
    expect(maxShapeGap({ rotations: wxyz, scales }, of)).toBeLessThan(0.066)
    const opacities = theirs.alphas.map((logit) => 1 / (1 + Math.exp(-logit)))
    expect(maxDifference(opacities, of.opacities)).toBeLessThanOrEqual(SPZ.opacity / 2)
    const constants = of.sh.filter((_, j) => j % 27 < 3)
    expect(maxDifference(theirs.colors, constants)).toBeLessThanOrEqual(1.001 / 255 / 0.15 / 2)
    const rest = of.sh.filter((_, j) => j % 27 >= 3)
    // A turned band mixes up to five rounded coefficients.
    expect(maxDifference(theirs.sh, rest)).toBeLessThanOrEqual(SPZ.sh)
  }

  it('version 3', async () => expectCloud(await collect(writeSpz(cloud)), cloud))

  it.each(frames)('version 4 in %s, turned back by its own mathematics', async (axes) =>
    expectCloud(await collect(writeSpz(cloud, { version: 4, axes })), cloud),
  )

  it('and we read what it writes, versions 2 to 4', async () => {
    const theirs = {
      numPoints: cloud.count,
      shDegree: 2,
      antialiased: false,
      extensions: [],
      positions: cloud.positions,
      scales: cloud.scales.map(Math.log),
      rotations: cloud.rotations.map((_, i, wxyz) => wxyz[i - (i % 4) + ((i + 1) % 4)]!),
      alphas: cloud.opacities.map(opacityLogit),
      colors: cloud.sh.filter((_, j) => j % 27 < 3),
      sh: cloud.sh.filter((_, j) => j % 27 >= 3),
    }
    for (const version of [2, 3, 4]) {
      const from = spz.CoordinateSystem.RUB
      const bytes = spz.saveSpzToBuffer(theirs, { version, from, sh1Bits: 8, shRestBits: 8 })
      const { gaussians } = await readGaussians(bytes)
      expect(maxDifference(gaussians.positions, cloud.positions)).toBeLessThanOrEqual(2 ** -13)
      expect(maxDifference(gaussians.opacities, cloud.opacities)).toBeLessThanOrEqual(
        SPZ.opacity / 2,
      )
      // Version 2 stores x, y, z in steps of 1/127.5; w takes up their errors.
      const gap = version === 2 ? 1e-2 : 6e-6
      expect(maxRotationGap(gaussians.rotations, cloud.rotations)).toBeLessThan(gap)
      const close = gaussians.sh.filter(
        (value, j) => Math.abs(value - cloud.sh[j]!) <= 1.001 / 76.5,
      )
      expect(close.length).toBe(cloud.sh.length)
    }
  })
})

describe('the glTF validator', () => {
  it('finds no fault in our GLB but that it does not know the extension', async () => {
    for (const degree of [0, 1, 2, 3] as const) {
      const bytes = await collect(writeGlb(randomCloud(100, { degree })))
      const { issues } = await validateBytes(bytes)
      const faults = issues.messages.filter(
        ({ code, pointer }) =>
          !(code === 'UNSUPPORTED_EXTENSION' && pointer === '/extensionsUsed/0') &&
          !(
            code === 'MESH_PRIMITIVE_INVALID_ATTRIBUTE' &&
            pointer.includes('/KHR_gaussian_splatting:')
          ),
      )
      expect(faults).toEqual([])
      // The same file with names that any program may use: accessors and their data pass too.
      const text = Buffer.from(bytes).toString('latin1')
      const generic = text.replaceAll('KHR_gaussian_splatting:', '_HR_gaussian_splatting_')
      const renamed = Uint8Array.from(Buffer.from(generic, 'latin1'))
      expect((await validateBytes(renamed)).issues).toMatchObject({ numErrors: 0, numWarnings: 0 })
    }
  })
})
