import { zstdCompressSync } from 'node:zlib'

import type { BufferGeometry, Object3D } from 'three'
import { unzipSync } from 'three/addons/libs/fflate.module.js'
import { GaussianSplatPLYLoader } from 'three/addons/loaders/GaussianSplatPLYLoader.js'
import { GLTFGaussianSplatLoaderExtension } from 'three/addons/loaders/GLTFGaussianSplatLoaderExtension.js'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'
import { SPLATLoader } from 'three/addons/loaders/SPLATLoader.js'
import { SPZLoader } from 'three/addons/loaders/SPZLoader.js'
import { USDAParser } from 'three/addons/loaders/usd/USDAParser.js'
import { describe, expect, it } from 'vitest'

import { SH_C0 } from '../src/rotate-sh.ts'
import type { Gaussians } from '../src/gaussians.ts'
import { writeGlb, writePly, writeSplat, writeSpz, writeUsda, writeUsdz } from '../src/index.ts'
import { collect, maxDifference, randomCloud } from './clouds.ts'
import { covariance } from './covariance.ts'

const soft = randomCloud(300, { seed: 5, degree: 3 })
const cloud: Gaussians = { ...soft, sh: soft.sh.map((value) => value / 6) }

/** Bytes of harmonics per Gaussian and band, padded to words. */
const BAND_BYTES = [0, 12, 16, 24]

interface Steps {
  readonly position: number
  /** Of a standard deviation, relative. */
  readonly scale: number
  readonly sh: number
  readonly color: number
}

/** What three.js keeps of a cloud: centres, covariances, bytes of colour and harmonics. */
function expectGeometry(
  geometry: BufferGeometry | undefined,
  of: Gaussians,
  degree: number,
  steps: Steps,
) {
  const array = (name: string) => geometry!.getAttribute(name).array
  expect(array('position').length).toBe(of.count * 3)
  expect(maxDifference(Float32Array.from(array('position')), of.positions)).toBeLessThanOrEqual(
    steps.position,
  )
  const covariances = array('covariance')
  const colors = array('color')
  for (let i = 0; i < of.count; i++) {
    const own = covariance(of, i)
    const largest = Math.max(...of.scales.subarray(i * 3, i * 3 + 3)) ** 2
    ;[0, 1, 2, 4, 5, 8].forEach((at, j) => {
      const gap = Math.abs(covariances[i * 6 + j]! - own[at]!) / largest
      expect(gap).toBeLessThan(2.1 * steps.scale)
    })
    for (let j = 0; j < 3; j++) {
      const byte = Math.min(255, Math.max(0, (0.5 + SH_C0 * of.sh[i * 48 + j]!) * 255))
      expect(Math.abs(colors[i * 4 + j]! - byte)).toBeLessThan(steps.color)
    }
    expect(Math.abs(colors[i * 4 + 3]! - of.opacities[i]! * 255)).toBeLessThan(1.01)
  }
  for (let band = 1; band <= degree; band++) {
    const words = array(`sphericalHarmonics${band}`)
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
    for (let i = 0; i < of.count; i++) {
      for (let j = 0; j < 3 * (2 * band + 1); j++) {
        const read = (bytes[i * BAND_BYTES[band]! + j]! - 128) / 128
        expect(Math.abs(read - of.sh[i * 48 + 3 * band * band + j]!)).toBeLessThan(steps.sh)
      }
    }
  }
}

/** Single precision, and three's own bytes of colour and harmonics. */
const EXACT: Steps = { position: 0, scale: 1e-5, sh: 0.51 / 128, color: 0.51 }
/** SPZ's steps: 2^-14, 1/16 of the logarithm, 16/128, and 1/255/0.15 of the constant coefficient. */
const SPZ: Steps = { position: 2 ** -15, scale: 0.07, sh: 8.6 / 128, color: 1.6 }

function buffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer
}

describe('three.js reads', () => {
  it('our GLB, by its extension KHR_gaussian_splatting', async () => {
    const loader = new GLTFLoader()
    loader.register((parser) => new GLTFGaussianSplatLoaderExtension(parser))
    const { scene } = await loader.parseAsync(buffer(await collect(writeGlb(cloud))), '')
    const found: Object3D[] = []
    scene.traverse((object) => void ('isGaussianSplat' in object && found.push(object)))
    expect(found.length).toBe(1)
    const { splatGeometry } = found[0] as unknown as { splatGeometry: BufferGeometry }
    expectGeometry(splatGeometry, cloud, 3, EXACT)
  })

  it.each([3, 4] as const)('our SPZ, version %i', async (version) => {
    const bytes = await collect(writeSpz(cloud, { version, zstd: zstdCompressSync }))
    const geometry = await new SPZLoader().parse(buffer(bytes))
    expectGeometry(geometry, cloud, 3, SPZ)
  })

  it('our SPZ version 4 with stored frames', async () => {
    const bytes = await collect(writeSpz(cloud, { version: 4 }))
    const geometry = await new SPZLoader().parse(buffer(bytes))
    expectGeometry(geometry, cloud, 3, SPZ)
  })

  it('our PLY and .splat', async () => {
    const ply = await collect(writePly(cloud, { axes: 'RUB' }))
    expectGeometry(new GaussianSplatPLYLoader().parse(buffer(ply)), cloud, 3, EXACT)
    const splat = await collect(writeSplat(cloud, { axes: 'RUB' }))
    // rotations in bytes turn the covariance by up to 1/128
    const steps = { ...EXACT, scale: 0.02, color: 1.01 }
    expectGeometry(new SPLATLoader().parse(buffer(splat)), cloud, 0, steps)
  })

  it('our OpenUSD text', async () => {
    const text = new TextDecoder().decode(await collect(writeUsda(cloud)))
    const stage = new USDAParser().parseText(text) as Record<string, Record<string, unknown>>
    const world = stage['def Xform "Scene"'] as Record<string, Record<string, string>>
    const prim = world['def ParticleField3DGaussianSplat "Gaussians"']!
    const numbers = (name: string) =>
      Float32Array.from(prim[name]!.match(/-?[\d.]+(e-?\d+)?/g)!, Number)
    expect(numbers('point3f[] positions')).toEqual(cloud.positions)
    expect(numbers('quatf[] orientations')).toEqual(cloud.rotations)
    expect(numbers('float3[] scales')).toEqual(cloud.scales)
    expect(numbers('float[] opacities')).toEqual(cloud.opacities)
    expect(numbers('float3[] radiance:sphericalHarmonicsCoefficients')).toEqual(cloud.sh)
    expect(prim['uniform int radiance:sphericalHarmonicsDegree']).toBe('3')
  })

  it('our USDZ, as the archive that it is', async () => {
    const bytes = await collect(writeUsdz(cloud))
    const files = unzipSync(bytes)
    expect(Object.keys(files)).toEqual(['scene.usda'])
    expect(Buffer.from(files['scene.usda']!).equals(await collect(writeUsda(cloud)))).toBe(true)
    // stored, and aligned to 64 bytes, as the specification demands
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    expect(view.getUint16(8, true)).toBe(0)
    const start = 30 + view.getUint16(26, true) + view.getUint16(28, true)
    expect([start % 64, Buffer.from(bytes.subarray(start, start + 5)).toString()]).toEqual([
      0,
      '#usda',
    ])
  })
})
