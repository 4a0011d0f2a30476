import { describe, expect, it } from 'vitest'

import { collect, randomCloud } from '../../../test/clouds.ts'
import { expectRefusal } from '../../../test/throws.ts'
import { allocateGaussians } from '../../gaussians.ts'
import { SH_C0 } from '../../rotate-sh.ts'
import { axesChange, transformGaussians } from '../../transform.ts'
import { glbContainer } from './container.ts'
import { writeGlb } from './write.ts'

interface Document {
  accessors: {
    bufferView: number
    componentType: number
    count: number
    min?: number[]
    max?: number[]
  }[]
  bufferViews: { byteOffset: number; byteLength: number }[]
  buffers: { byteLength: number }[]
  meshes: { primitives: { attributes: Record<string, number>; extensions: object }[] }[]
}

/** The document, and a function to the values of an attribute. */
function open(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer)
  const jsonLength = view.getUint32(12, true)
  const document = JSON.parse(
    new TextDecoder().decode(bytes.subarray(20, 20 + jsonLength)),
  ) as Document
  const start = 28 + jsonLength
  expect(view.getUint32(8, true)).toBe(bytes.length)
  expect(view.getUint32(start - 8, true)).toBe(bytes.length - start)
  expect(document.buffers[0]!.byteLength).toBe(bytes.length - start)
  const { attributes } = document.meshes[0]!.primitives[0]!
  const values = (name: string) => {
    const { bufferView, componentType } = document.accessors[attributes[name]!]!
    const { byteOffset, byteLength } = document.bufferViews[bufferView]!
    const data = bytes.slice(start + byteOffset, start + byteOffset + byteLength)
    return componentType === 5126 ? new Float32Array(data.buffer) : data
  }
  return { document, values }
}

const PREFIX = 'KHR_gaussian_splatting:'

describe('writeGlb', () => {
  it('writes every attribute in the frame and unit asked for', async () => {
    const cloud = randomCloud(5000, { degree: 3 })
    const { document, values } = open(await collect(writeGlb(cloud, { axes: 'LUF', scale: 2 })))
    const moved = transformGaussians(cloud, axesChange('RUB', 'LUF', 2))
    expect(values('POSITION')).toEqual(moved.positions)
    expect(values(`${PREFIX}SCALE`)).toEqual(moved.scales)
    expect(values(`${PREFIX}OPACITY`)).toEqual(cloud.opacities)
    const wxyz = values(`${PREFIX}ROTATION`).map((_, i, xyzw) => xyzw[i - (i % 4) + ((i + 3) % 4)]!)
    expect(wxyz).toEqual(moved.rotations)
    for (const [band, n, k] of [
      [0, 0, 0],
      [1, 2, 3],
      [2, 0, 4],
      [3, 6, 15],
    ]) {
      const own = moved.sh.filter((_, j) => Math.floor((j % 48) / 3) === k)
      expect(values(`${PREFIX}SH_DEGREE_${band}_COEF_${n}`)).toEqual(own)
    }
    expect(Object.keys(document.meshes[0]!.primitives[0]!.attributes).length).toBe(5 + 16)
    const { min, max } = document.accessors[0]!
    const axis = (j: number) => [...moved.positions.filter((_, i) => i % 3 === j)]
    expect(min).toEqual([0, 1, 2].map((j) => Math.min(...axis(j))))
    expect(max).toEqual([0, 1, 2].map((j) => Math.max(...axis(j))))
  })

  it('gives points the constant colour in linear light', async () => {
    const cloud = allocateGaussians(1, 0)
    cloud.sh.set([1, 0.02, 0.5].map((srgb) => (srgb - 0.5) / SH_C0))
    cloud.opacities[0] = 0.2
    // sRGB 0.5 is 0.2140 in linear light, 0.02 is 0.02 / 12.92.
    expect([...open(await collect(writeGlb(cloud))).values('COLOR_0')]).toEqual([255, 0, 55, 51])
  })

  it('refuses an empty cloud and more than 4 GiB', async () => {
    await expectRefusal(
      () => collect(writeGlb(allocateGaussians(0, 0))),
      'splats/bad-argument',
      /got none/,
    )
    await expectRefusal(() => glbContainer({}, 2 ** 32 - 4), 'splats/too-large', /4 GiB/)
  })
})
