import { describe, expect, it } from 'vitest'

import { collect, maxDifference, maxRotationGap, randomCloud } from '../../../test/clouds.ts'
import { glbFile, glbWithSpz } from '../../../test/glb-samples.ts'
import { expectRefusal } from '../../../test/throws.ts'
import { shCoefficients, withShDegree } from '../../gaussians.ts'
import { transformGaussians } from '../../transform.ts'
import { openAccessor } from './accessor.ts'
import { parseGlbContainer } from './container.ts'
import type { Fields } from './document.ts'
import { readGlb } from './read.ts'
import { writeGlb } from './write.ts'

interface Document {
  scenes: object[]
  nodes: Record<string, unknown>[]
  meshes: { primitives: { attributes: Record<string, number>; extensions: Fields }[] }[]
  accessors: Record<string, unknown>[]
  bufferViews: Record<string, unknown>[]
  buffers: Record<string, unknown>[]
}

const cloud = randomCloud(20, { degree: 2 })

/** A file of ours with its document changed by hand. */
async function edited(change: (document: Document) => void, of = cloud): Promise<Uint8Array> {
  const { json, binary } = parseGlbContainer(await collect(writeGlb(of)))
  change(json as Document)
  return glbFile(json as object, binary)
}

const extension = (document: Document) =>
  document.meshes[0]!.primitives[0]!.extensions.KHR_gaussian_splatting as Record<string, unknown>

describe('readGlb', () => {
  it.each([0, 1, 2, 3] as const)(
    'gives back what we wrote, to the bit, degree %i',
    async (degree) => {
      const of = randomCloud(50, { degree })
      const { gaussians, notes, axes, dropped } = await readGlb(await collect(writeGlb(of)))
      expect([notes, axes, dropped]).toEqual([[], 'RUB', 0])
      expect(gaussians.positions).toEqual(of.positions)
      expect(gaussians.scales).toEqual(of.scales)
      expect(gaussians.opacities).toEqual(of.opacities)
      expect(gaussians.sh).toEqual(of.sh)
      expect(maxDifference(gaussians.rotations, of.rotations)).toBeLessThan(1e-7)
    },
  )

  it('reads quantised and interleaved attributes', async () => {
    // rotation in normalised shorts, scale in normalised bytes, opacity in bytes, all in one view
    const rows = new DataView(new ArrayBuffer(2 * 16))
    ;[
      [0, 32767, 0, 0],
      [0, 0, -32768, 0],
    ].forEach((xyzw, i) => xyzw.forEach((value, j) => rows.setInt16(i * 16 + j * 2, value, true)))
    ;[
      [255, 51, 0, 102],
      [255, 255, 255, 255],
    ].forEach((bytes, i) => bytes.forEach((byte, j) => rows.setUint8(i * 16 + 8 + j, byte)))
    const floats = Float32Array.of(1, 2, 3, 4, 5, 6, 0.5, 0, 0, 0, 0.5, 0)
    const binary = new Uint8Array(32 + floats.byteLength)
    binary.set(new Uint8Array(rows.buffer))
    binary.set(new Uint8Array(floats.buffer), 32)
    const row = { bufferView: 0, count: 2, normalized: true }
    const attributes = {
      'KHR_gaussian_splatting:ROTATION': 0,
      'KHR_gaussian_splatting:SCALE': 1,
      'KHR_gaussian_splatting:OPACITY': 2,
      POSITION: 3,
      'KHR_gaussian_splatting:SH_DEGREE_0_COEF_0': 4,
    }
    const bytes = glbFile(
      {
        meshes: [{ primitives: [{ attributes, extensions: { KHR_gaussian_splatting: {} } }] }],
        accessors: [
          { ...row, componentType: 5122, type: 'VEC4' },
          { ...row, byteOffset: 8, componentType: 5121, type: 'VEC3' },
          { ...row, byteOffset: 11, componentType: 5121, type: 'SCALAR' },
          { bufferView: 1, count: 2, componentType: 5126, type: 'VEC3' },
          { bufferView: 1, byteOffset: 24, count: 2, componentType: 5126, type: 'VEC3' },
        ],
        bufferViews: [
          { buffer: 0, byteLength: 32, byteStride: 16 },
          { buffer: 0, byteOffset: 32, byteLength: 48 },
        ],
        buffers: [{ byteLength: 80 }],
      },
      binary,
    )
    const { gaussians } = await readGlb(bytes)
    expect([...gaussians.rotations]).toEqual([0, 0, 1, 0, 0, 0, 0, -1])
    expect(maxDifference(gaussians.scales, [1, 0.2, 0, 1, 1, 1])).toBeLessThan(1e-7)
    expect(maxDifference(gaussians.opacities, [0.4, 1])).toBeLessThan(1e-7)
    expect([...gaussians.positions]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...gaussians.sh]).toEqual([0.5, 0, 0, 0, 0.5, 0])
  })

  it('takes the two lowest normalised integers for -1', () => {
    const binary = Uint8Array.of(0x80, 0x81, 0x7f, 0)
    const accessor = { bufferView: 0, componentType: 5120, normalized: true, count: 3 }
    const document = {
      accessors: [{ ...accessor, type: 'SCALAR' }],
      bufferViews: [{ buffer: 0, byteLength: 3 }],
      buffers: [{ byteLength: 4 }],
    }
    const { at } = openAccessor({ document, binary }, 0)
    expect([at(0, 0), at(1, 0), at(2, 0)]).toEqual([-1, -1, 1])
  })

  it('puts primitives where their nodes are, by matrix or by parts', async () => {
    const half = Math.SQRT1_2
    // a quarter turn about y takes x to -z
    const parts = { translation: [1, 2, 3], rotation: [0, half, 0, half], scale: [2, 2, 2] }
    const matrix = [0, 0, -2, 0, 0, 2, 0, 0, 2, 0, 0, 0, 1, 2, 3, 1]
    const moved = transformGaussians(cloud, {
      matrix: [0, 0, 1, 0, 1, 0, -1, 0, 0],
      scale: 2,
      translation: [1, 2, 3],
    })
    for (const node of [parts, { matrix }]) {
      const bytes = await edited((document) => {
        document.nodes = [{ children: [1], ...node }, { mesh: 0 }]
      })
      const { gaussians } = await readGlb(bytes)
      expect(maxDifference(gaussians.positions, moved.positions)).toBeLessThan(1e-5)
      expect(maxRotationGap(gaussians.rotations, moved.rotations)).toBeLessThan(1e-6)
      expect(maxDifference(gaussians.sh, moved.sh)).toBeLessThan(1e-5)
    }
    // the parent's movement comes last
    const bytes = await edited((document) => {
      document.nodes = [
        { children: [1], scale: [2, 2, 2] },
        { mesh: 0, translation: [1, 0, 0] },
      ]
    })
    const { gaussians } = await readGlb(bytes)
    expect(gaussians.positions[0]).toBeCloseTo(2 * (cloud.positions[0]! + 1), 5)
  })

  it('joins several primitives, of different degrees', async () => {
    const bytes = await edited((document) => {
      const { attributes, extensions } = document.meshes[0]!.primitives[0]!
      const constant = Object.fromEntries(
        Object.entries(attributes).filter(([name]) => !/DEGREE_[12]/.test(name)),
      )
      document.meshes.push({ primitives: [{ attributes: constant, extensions }] })
      document.nodes = [{ mesh: 0 }, { mesh: 1 }]
      document.scenes = [{ nodes: [0, 1] }]
    })
    const { gaussians } = await readGlb(bytes)
    expect([gaussians.count, gaussians.shDegree]).toEqual([40, 2])
    const plain = withShDegree(withShDegree(cloud, 0), 2)
    const half = 20 * 3 * shCoefficients(2)
    expect(gaussians.sh.subarray(0, half)).toEqual(cloud.sh)
    expect(gaussians.sh.subarray(half)).toEqual(plain.sh)
  })

  it('reads SPZ within glTF', async () => {
    const soft = { ...cloud, sh: cloud.sh.map((value) => value / 3) }
    const { gaussians } = await readGlb(await glbWithSpz(soft))
    expect(maxDifference(gaussians.positions, soft.positions)).toBeLessThanOrEqual(2 ** -15)
  })

  it('notes what it passes over', async () => {
    const bytes = await edited((document) => {
      extension(document).projection = 'orthographic'
      extension(document).colorSpace = 'lin_rec709_display'
      document.meshes[0]!.primitives[0]!.attributes._LABEL = 0
      document.meshes[0]!.primitives.push({ attributes: {}, extensions: {} })
    })
    expect((await readGlb(bytes)).notes).toEqual([
      'primitives that are not Gaussians left out: 1',
      expect.stringContaining("colorSpace 'lin_rec709_display'"),
      expect.stringContaining("projection 'orthographic'"),
      'attributes left out: _LABEL',
    ])
  })

  const refused: [string, RegExp, (document: Document) => void][] = [
    [
      'a mesh',
      /KHR_gaussian_splatting, got none/,
      (d) => (d.meshes[0]!.primitives[0]!.extensions = {}),
    ],
    ['another kernel', /'ellipse', got 'cube'/, (d) => (extension(d).kernel = 'cube')],
    ['uneven scales', /scale all axes alike/, (d) => (d.nodes[0]!.scale = [1, 2, 1])],
    ['a scale of 0', /scale all axes alike/, (d) => (d.nodes[0]!.scale = [0, 0, 0])],
    ['a circle of nodes', /tree of nodes/, (d) => (d.nodes[0]!.children = [0])],
    [
      'a missing attribute',
      /:SCALE, got none/,
      (d) => delete d.meshes[0]!.primitives[0]!.attributes['KHR_gaussian_splatting:SCALE'],
    ],
    [
      'an accessor that is not there',
      /entry 99 of accessors/,
      (d) => (d.meshes[0]!.primitives[0]!.attributes.POSITION = 99),
    ],
    ['another width', /POSITION of 3 values, got 2/, (d) => (d.accessors[0]!.type = 'VEC2')],
    ['another count', /20 values of each attribute, got 19/, (d) => (d.accessors[2]!.count = 19)],
    ['too many values', /bytes, got/, (d) => (d.accessors[0]!.count = 21)],
    ['a count that lies', /at most 20000000/, (d) => (d.accessors[0]!.count = 1e12)],
    ['a negative count', /whole count >= 0/, (d) => (d.accessors[0]!.count = -1)],
    ['a view beyond the chunk', /bytes, got/, (d) => (d.bufferViews[0]!.byteOffset = 1e9)],
    ['a buffer by address', /within the file/, (d) => (d.buffers[0]!.uri = 'https://x/y')],
    ['sparse accessors', /plain accessors/, (d) => (d.accessors[0]!.sparse = {})],
    ['compressed views', /plain buffer views/, (d) => (d.bufferViews[0]!.extensions = {})],
  ]

  it.each(refused)('refuses %s', async (_, message, change) => {
    const bytes = await edited(change)
    await expect(readGlb(bytes)).rejects.toMatchObject({ code: expect.stringMatching(/^splats\//) })
    await expect(readGlb(bytes)).rejects.toThrow(message)
  })

  it('refuses other containers', async () => {
    const bytes = await collect(writeGlb(cloud))
    const version1 = Uint8Array.from(bytes)
    version1[4] = 1
    await expectRefusal(() => readGlb(version1), 'splats/unsupported', /version 2, got 1/)
    const cut = bytes.subarray(0, 30)
    await expectRefusal(() => readGlb(cut), 'splats/truncated', /bytes, got 30/)
  })
})
