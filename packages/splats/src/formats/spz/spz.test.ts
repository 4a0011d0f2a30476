import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import {
  collect,
  maxDifference,
  maxRotationGap,
  randomCloud,
  seeded,
} from '../../../test/clouds.ts'
import { expectRefusal } from '../../../test/throws.ts'
import type { SplatsErrorCode } from '../../splats-error.ts'
import { halfToNumber } from './half.ts'
import { decodeRotation, encodeRotation } from './quaternion.ts'
import { readSpz } from './read.ts'
import { writeSpz } from './write.ts'

/** A header and one Gaussian of degree 0 after it, planes in order; rotation bytes as given. */
function oneGaussian(version: number, positions: number[], rotation: number[]): Uint8Array {
  const header = [0x4e, 0x47, 0x53, 0x50, version, 0, 0, 0, 1, 0, 0, 0, 0, 12, 1, 0]
  return Uint8Array.from([...header, ...positions, 51, 128, 255, 0, 160, 176, 144, ...rotation])
}

describe('rotation code', () => {
  it('packs the place of the largest of xyzw, then signs and sizes of the others', () => {
    const code = (wxyz: number[]) => encodeRotation(Float32Array.from(wxyz), 0)
    expect(code([1, 0, 0, 0])).toBe((3 << 30) >>> 0)
    expect(code([0, 1, 0, 0])).toBe(0)
    expect(code([0, 0, 0, -2])).toBe((2 << 30) >>> 0)
    // x = y = 1/sqrt 2: x is taken for the largest, y is written with its largest size.
    expect(code([0, 1, 1, 0])).toBe(511 << 20)
    expect(code([0, -1, 1, 0])).toBe((512 + 511) << 20)
  })

  it('returns rotations within its step', () => {
    const { rotations } = randomCloud(2000, { seed: 5 })
    const decoded = new Float32Array(rotations.length)
    for (let q = 0; q < rotations.length; q += 4) {
      decodeRotation(encodeRotation(rotations, q), decoded, q)
    }
    expect(maxRotationGap(decoded, rotations)).toBeLessThan(6e-6)
  })
})

describe('older versions', () => {
  const expected = (gaussians: {
    sh: Float32Array
    scales: Float32Array
    opacities: Float32Array
  }) => {
    expect([...gaussians.opacities]).toEqual([Math.fround(0.2)])
    expect(maxDifference(gaussians.scales, [1, Math.E, Math.exp(-1)])).toBeLessThan(1e-6)
    expect(maxDifference(gaussians.sh, [1 / 76.5, 1 / 0.3, -1 / 0.3])).toBeLessThan(1e-6)
  }

  it('reads version 1: half-precision positions, three bytes of rotation', async () => {
    // 1, -2, 0.5 in half precision; x = 1 in the rotation.
    const bytes = oneGaussian(1, [0, 0x3c, 0, 0xc0, 0, 0x38], [255, 127, 128])
    const { gaussians } = await readSpz(gzipSync(bytes))
    expect([...gaussians.positions]).toEqual([1, -2, 0.5])
    expect(maxRotationGap(gaussians.rotations, Float32Array.of(0, 1, 0, 0))).toBeLessThan(2e-5)
    expected(gaussians)
  })

  it('reads version 2: fixed-point positions, three bytes of rotation', async () => {
    const bytes = oneGaussian(2, [0, 0x10, 0, 0xff, 0xff, 0xff, 0, 0, 0x80], [128, 0, 127])
    const { gaussians } = await readSpz(gzipSync(bytes))
    expect([...gaussians.positions]).toEqual([1, -1 / 4096, -2048])
    expect(maxRotationGap(gaussians.rotations, Float32Array.of(0, 0, -1, 0))).toBeLessThan(2e-5)
    expected(gaussians)
  })

  it('reads half precision', () => {
    const values = [0, 0x8000, 1, 0x3ff, 0x400, 0x3555, 0x7bff, 0xfc00]
    expect(values.map(halfToNumber)).toEqual([
      0,
      -0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      0.333251953125,
      65504,
      -Infinity,
    ])
    expect(halfToNumber(0x7e00)).toBeNaN()
  })
})

describe('writeSpz', () => {
  it('stores rotations in the order x y z w', async () => {
    const cloud = randomCloud(1, { degree: 0 })
    cloud.rotations.set([Math.sqrt(1 - 0.14), 0.1, 0.2, 0.3])
    const bytes = gunzipSync(await collect(writeSpz(cloud)))
    const code = bytes.readUInt32LE(16 + 9 + 1 + 3 + 3)
    const part = (shift: number) => (((code >>> shift) & 511) / 511) * Math.SQRT1_2
    expect(code >>> 30).toBe(3)
    expect(maxDifference([part(20), part(10), part(0)], [0.1, 0.2, 0.3])).toBeLessThan(7e-4)
  })

  it('writes a header of 16 bytes before version 4, and of 32 with a table of sizes in it', async () => {
    const cloud = randomCloud(5, { degree: 1 })
    const three = gunzipSync(await collect(writeSpz(cloud)))
    expect([...three.subarray(0, 16)]).toEqual([
      0x4e, 0x47, 0x53, 0x50, 3, 0, 0, 0, 5, 0, 0, 0, 1, 14, 0, 0,
    ])
    expect(three.length).toBe(16 + 5 * (9 + 1 + 3 + 3 + 4 + 9))
    const four = Buffer.from(
      await collect(writeSpz(cloud, { version: 4, axes: 'RDF', zstd: zstdCompressSync })),
    )
    expect([four[4], four[14], four[15], four.readUInt32LE(16)]).toEqual([4, 2, 6, 32 + 12])
    expect([32, 36, 40].map((at) => four.readUInt32LE(at))).toEqual([0xadbe0003, 4, 6])
    expect(Number(four.readBigUInt64LE(44 + 8))).toBe(45)
  })

  it('stops compressing when the caller stops reading', async () => {
    for await (const chunk of writeSpz(randomCloud(50_000))) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
  })
})

describe('readSpz', () => {
  it('passes over band 4', async () => {
    const random = seeded(1)
    const header = [0x4e, 0x47, 0x53, 0x50, 3, 0, 0, 0, 2, 0, 0, 0, 4, 12, 0, 0]
    const planes = Array.from({ length: 2 * (9 + 1 + 3 + 3 + 4 + 72) }, () => random() * 256)
    const { gaussians } = await readSpz(gzipSync(Uint8Array.from([...header, ...planes])))
    expect(gaussians.shDegree).toBe(3)
    const rest = planes.slice(-144).map((byte) => (Math.floor(byte) - 128) / 128)
    expect([...gaussians.sh.subarray(3, 48)]).toEqual(rest.slice(0, 45))
    expect([...gaussians.sh.subarray(51, 96)]).toEqual(rest.slice(72, 117))
  })

  const plain = oneGaussian(3, [0, 0x10, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0])
  const edited = (at: number, ...bytes: number[]) => {
    const copy = Uint8Array.from(plain)
    copy.set(bytes, at)
    return gzipSync(copy)
  }
  const wrongChecksum = () => {
    const packed = gzipSync(plain)
    packed[packed.length - 8]! ^= 1
    return packed
  }
  const refused: [string, SplatsErrorCode, RegExp, Uint8Array][] = [
    ['an empty file', 'splats/bad-header', /gzip stream or NGSP/, new Uint8Array(0)],
    ['gzip of nothing', 'splats/truncated', /16 bytes, got 0/, gzipSync('')],
    ['gzip of something else', 'splats/bad-header', /NGSP/, gzipSync('x'.repeat(99))],
    ['a cut stream', 'splats/bad-data', /gzip stream/, gzipSync(plain).subarray(0, -9)],
    ['a wrong checksum', 'splats/bad-data', /gzip stream/, wrongChecksum()],
    ['missing planes', 'splats/truncated', /bytes, got/, gzipSync(plain.subarray(0, -1))],
    [
      'more than the header says',
      'splats/too-large',
      /got more/,
      gzipSync(Buffer.concat([plain, Buffer.alloc(1)])),
    ],
    [
      'a bomb',
      'splats/too-large',
      /by the header, got more/,
      gzipSync(Buffer.concat([plain, Buffer.alloc(20e6)])),
    ],
    ['version 0', 'splats/unsupported', /got 0/, edited(4, 0)],
    ['version 5', 'splats/unsupported', /got 5/, edited(4, 5)],
    ['version 2^31', 'splats/unsupported', /got 2147483651/, edited(7, 128)],
    ['version 4 in gzip', 'splats/bad-header', /version 1 to 3/, edited(4, 4, 0, 0, 0)],
    ['2^32 - 1 Gaussians', 'splats/too-large', /got 4294967295/, edited(8, 255, 255, 255, 255)],
    [
      'a million Gaussians in 60 bytes',
      'splats/truncated',
      /can hold 20000016 bytes/,
      edited(8, 0x40, 0x42, 0x0f, 0),
    ],
    ['SH degree 255', 'splats/unsupported', /degree 0 to 4, got 255/, edited(12, 255)],
    ['255 fractional bits', 'splats/bad-header', /fractional bits, got 255/, edited(13, 255)],
    ['reserved bytes', 'splats/unsupported', /reserved/, edited(15, 1)],
  ]

  it.each(refused)('refuses %s', (_, code, message, bytes) =>
    expectRefusal(() => readSpz(bytes), code, message),
  )

  it('refuses a version 4 whose table does not fit', async () => {
    const file = await collect(writeSpz(randomCloud(3, { degree: 1 }), { version: 4 }))
    const cases: [SplatsErrorCode, RegExp, number, number[]][] = [
      ['splats/bad-header', /version 4, 6 streams/, 15, [0]],
      ['splats/bad-header', /version 4, 6 streams/, 15, [255]],
      ['splats/bad-header', /table at >= 32, got 4, 6, 31/, 16, [31]],
      ['splats/truncated', /bytes, got/, 16, [255, 255, 255, 255]],
      ['splats/unsupported', /reserved/, 31, [1]],
      ['splats/truncated', /bytes, got/, 32, Array(8).fill(255)],
      ['splats/bad-header', /27 bytes of positions/, 40, Array(8).fill(255)],
      ['splats/too-large', /got 4294967295/, 8, [255, 255, 255, 255]],
      ['splats/truncated', /can hold/, 8, [0, 0, 128, 0]],
      ['splats/unsupported', /reserved/, 4, [3]],
    ]
    for (const [code, message, at, bytes] of cases) {
      const copy = Uint8Array.from(file)
      copy.set(bytes, at)
      await expectRefusal(() => readSpz(copy), code, message)
    }
  })

  it('skips unknown extensions and refuses those that run over', async () => {
    const cloud = randomCloud(3)
    const file = await collect(writeSpz(cloud, { version: 4, axes: 'RDF' }))
    const type = Uint8Array.from(file)
    type[32] = 9
    expect((await readSpz(type)).axes).toBe('RUB')
    const length = Uint8Array.from(file)
    length.set([255, 255, 255, 255], 36)
    await expectRefusal(() => readSpz(length), 'splats/bad-header', /extensions within 12 bytes/)
  })
})
