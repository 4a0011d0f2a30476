import { expect, test } from 'vitest'
import { axisAngleQuat, dotQuat, slerpQuat } from '@flashworld/math'
import { expectSamePath } from '../../../test/same-path.ts'
import { templatePath } from '../../templates.ts'
import { readGltf } from './read.ts'
import { writeGltf, writeGltfBinary } from './write.ts'

// Positions up to 100 and quaternions go through f32: half a step is 4e-6.
const F32_STEPS = 4e-6
const path = templatePath('orbit-left', { count: 4, size: { width: 704, height: 480 } })

interface Gltf {
  asset: object
  nodes: Record<string, unknown>[]
  cameras: { perspective: Record<string, number>; extras?: object }[]
  animations: {
    samplers: Record<string, unknown>[]
    channels: { target: { path: string } }[]
  }[]
  accessors: Record<string, unknown>[]
  bufferViews: { buffer: number; byteOffset: number; byteLength: number }[]
  buffers: { byteLength: number; uri: string }[]
}
const times = [0, 0.1, 0.2, 0.3]
const written = () => JSON.parse(writeGltf(path, times)) as Gltf
const read = (text: string) => readGltf(new TextEncoder().encode(text))

/** The file with one change. */
function changed(change: (gltf: Gltf) => void): string {
  const gltf = written()
  change(gltf)
  return JSON.stringify(gltf)
}

/** Adds numbers to the file; gives the accessor's index. */
function add(gltf: Gltf, type: string, values: ArrayLike<number>, more: object = {}): number {
  const array = 'componentType' in more ? (values as Int16Array) : Float32Array.from(values)
  const bytes = new Uint8Array(array.buffer)
  const uri = `data:application/gltf-buffer;base64,${btoa(String.fromCharCode(...bytes))}`
  gltf.buffers.push({ byteLength: bytes.length, uri })
  gltf.bufferViews.push({
    buffer: gltf.buffers.length - 1,
    byteOffset: 0,
    byteLength: bytes.length,
  })
  const count = values.length / { SCALAR: 1, VEC3: 3, VEC4: 4 }[type]!
  gltf.accessors.push({
    bufferView: gltf.bufferViews.length - 1,
    componentType: 5126,
    count,
    type,
    ...more,
  })
  return gltf.accessors.length - 1
}

test('the file says its sizes, times and field of view as the format wants them', () => {
  const gltf = written()
  const bytes = atob(gltf.buffers[0]!.uri.split(',')[1]!).length
  expect(gltf.buffers[0]!.byteLength).toBe(bytes)
  expect(gltf.bufferViews.map((v) => [v.byteOffset, v.byteLength])).toEqual([
    [0, 16],
    [16, 48],
    [64, 64],
  ])
  const range = { min: [0], max: [Math.fround(0.3)] }
  expect(gltf.accessors[0]).toMatchObject({ type: 'SCALAR', count: 4, ...range })
  expect(gltf.cameras[0]!.perspective.aspectRatio).toBeCloseTo(704 / 480, 12)
  expect(gltf.cameras[0]!.perspective.yfov).toBeCloseTo(2 * Math.atan(0.5 / path[0]!.fy), 12)
})

test('rotations are xyzw, and neighbours have one sign', async () => {
  const half = axisAngleQuat([0, 1, 0], 90)
  const minus = half.map((v) => -v) as unknown as typeof half
  const turned = path.slice(0, 2).map((camera, i) => ({ ...camera, rotation: [half, minus][i]! }))
  const gltf = JSON.parse(writeGltf(turned)) as Gltf
  expect(gltf.nodes[0]!.rotation).toEqual([half[1], half[2], half[3], half[0]])
  const [a, b] = (await read(JSON.stringify(gltf))).cameras
  expect(dotQuat(a!.rotation, b!.rotation)).toBeCloseTo(1, 6)
})

test('a field of view that changes comes back', async () => {
  const zoomed = path.map((camera, i) => ({
    ...camera,
    fx: camera.fx * (1 + i),
    fy: camera.fy * (1 + i),
  }))
  expectSamePath((await read(writeGltf(zoomed))).cameras, zoomed, F32_STEPS)
})

test('a camera that only turns stays where its node is', async () => {
  const text = changed((gltf) => {
    gltf.animations[0]!.channels.shift()
    gltf.nodes[0]!.translation = [7, 8, 9]
  })
  const still = path.map((camera) => ({ ...camera, position: [7, 8, 9] as const }))
  expectSamePath((await read(text)).cameras, still, F32_STEPS)
})

test('keys of all channels count, and what has none there is interpolated', async () => {
  const text = changed((gltf) => {
    const input = add(gltf, 'SCALAR', [0, 0.15, 0.3])
    const { rotation } = path[1]!
    const [a, b, c] = [path[0]!.rotation, rotation, path[3]!.rotation].map(([w, ...v]) => [...v, w])
    gltf.animations[0]!.samplers[1] = { input, output: add(gltf, 'VEC4', [...a!, ...b!, ...c!]) }
  })
  const { times, cameras } = await read(text)
  expect(times!.map((t) => Math.round(t * 100))).toEqual([0, 10, 15, 20, 30])
  const a = slerpQuat(path[0]!.rotation, path[1]!.rotation, 2 / 3)
  expect(Math.abs(dotQuat(cameras[1]!.rotation, a))).toBeCloseTo(1, 6)
  const middle = path[1]!.position.map((v, i) => (v + path[2]!.position[i]!) / 2)
  cameras[2]!.position.forEach((v, i) => expect(v).toBeCloseTo(middle[i]!, 5))
})

test.each([
  ['STEP', [0, 1, 10], [0, 0, 1]],
  // Hermite: from 0 with slope 0 to 1 with slope 2 over one second, at 0.5: 0.5 - 2 / 8
  ['CUBICSPLINE', [9, 0, 0, 2, 1, 9], [0, 0.25, 1]],
])('%s', async (interpolation, xs, want) => {
  const text = changed((gltf) => {
    const output = add(
      gltf,
      'VEC3',
      (interpolation === 'STEP' ? xs.slice(0, 2) : xs).flatMap((x) => [x, 0, 0]),
    )
    const input = add(gltf, 'SCALAR', [0, 1])
    gltf.animations[0]!.samplers[0] = { input, output, interpolation }
    gltf.animations[0]!.samplers[1] = {
      input: add(gltf, 'SCALAR', [0, 0.5, 1]),
      output: add(gltf, 'VEC4', [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
    }
  })
  const { cameras, notes } = await read(text)
  expect(cameras.map(({ position }) => position[0])).toEqual(want)
  expect(notes).toEqual([expect.stringContaining('straight')])
})

test('rotations may be whole numbers that stand for shares of 1', async () => {
  const text = changed((gltf) => {
    const shorts = Int16Array.of(0, 32767, 0, 0, 0, 0, 0, 32767)
    const output = add(gltf, 'VEC4', shorts, { componentType: 5122, normalized: true })
    gltf.animations[0]!.samplers[1] = { input: add(gltf, 'SCALAR', [0, 0.3]), output }
  })
  const { cameras } = await read(text)
  expect(cameras[0]!.rotation.map(Math.abs)).toEqual([0, 0, 1, 0])
  expect(cameras.at(-1)!.rotation).toEqual([1, 0, 0, 0])
})

test('parents carry the camera, moved, turned and scaled', async () => {
  const text = changed((gltf) => {
    // turned by 90 degrees about y: x goes to -z
    const matrix = [0, 0, -2, 0, 0, 2, 0, 0, 2, 0, 0, 0, 5, 6, 7, 1]
    gltf.nodes.push({ matrix, children: [0] })
  })
  const { cameras } = await read(text)
  const [x, y, z] = path[3]!.position
  const carried = [5 + 2 * z, 6 + 2 * y, 7 - 2 * x]
  cameras[3]!.position.forEach((v, i) => expect(v).toBeCloseTo(carried[i]!, 5))
})

test('a .glb is its .gltf', async () => {
  const { cameras, times } = await read(writeGltf(path))
  const glb = await readGltf(writeGltfBinary(path))
  expect(glb.cameras).toEqual(cameras)
  expect(glb.times).toEqual(times)
})

test('a buffer may be a file beside, but none elsewhere', async () => {
  const gltf = written()
  const bytes = Buffer.from(gltf.buffers[0]!.uri.split(',')[1]!, 'base64')
  const open = (uri: string) => {
    gltf.buffers[0]!.uri = uri
    return readGltf(new TextEncoder().encode(JSON.stringify(gltf)), {}, async (name) => {
      expect(name).toBe('my path.bin')
      return bytes
    })
  }
  expect((await open('my%20path.bin')).cameras).toHaveLength(4)
  for (const uri of [
    '../a.bin',
    '/etc/a.bin',
    'https://a.b/c.bin',
    'a/../../b',
    'C:\\a',
    'a%2f..%2f..%2fb',
  ]) {
    await expect(open(uri)).rejects.toThrow('beside it')
  }
})

test('cameras that all stand still are stills', async () => {
  const text = changed((gltf) => {
    gltf.animations = []
    gltf.nodes.push({ camera: 0, translation: [1, 2, 3] })
  })
  const { cameras, times } = await read(text)
  expect(cameras.map(({ position }) => position)).toEqual([
    path[0]!.position.map((v) => v + 0),
    [1, 2, 3],
  ])
  expect(times).toBeUndefined()
})

test.each<[string, (gltf: Gltf) => void, string]>([
  ['no camera', (g) => delete g.nodes[0]!.camera, 'a node with a camera'],
  ['a circle of parents', (g) => (g.nodes[0]!.children = [0]), 'a circle'],
  ['a skewed camera', (g) => g.nodes.push({ children: [0], matrix: SKEWED }), 'rotation matrix'],
  ['a sampler of no kind', (g) => (g.animations[0]!.samplers[0]!.interpolation = 'X'), 'LINEAR'],
  ['a file beside it', (g) => (g.buffers[0]!.uri = 'path.bin'), 'buffers within'],
  ['broken base64', (g) => (g.buffers[0]!.uri = 'data:;base64,*'), 'expected base64'],
  ['a cut-off buffer', (g) => (g.buffers[0]!.uri = 'data:;base64,AAAA'), 'bytes 0 to 16, got 3'],
  ['a negative offset', (g) => (g.bufferViews[0]!.byteOffset = -4), 'expected bytes -4'],
  ['a huge count', (g) => (g.accessors[0]!.count = 1e9), '4096'],
  ['integers', (g) => (g.accessors[1]!.componentType = 5123), '32-bit floats'],
  ['times that stand still', (g) => (g.bufferViews[0]!.byteOffset = 16), 'rising times'],
  ['no field of view', (g) => delete g.cameras[0]!.perspective.yfov, 'yfov: expected a number'],
  ['an aspect of 0', (g) => (g.cameras[0]!.perspective.aspectRatio = 0), 'fx'],
  ['a size that is none', (g) => (g.cameras[0]!.extras = { width: 0, height: 1 }), 'whole pixels'],
])('%s is refused', async (_, change, message) => {
  const text = changed(change)
  await expect(read(text)).rejects.toThrow(message)
  await expect(read(text)).rejects.toThrow(expect.objectContaining({ name: 'CameraError' }))
})

const SKEWED = [1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

test('a .glb cut off anywhere is refused', async () => {
  const glb = writeGltfBinary(path)
  for (let end = 0; end < glb.length; end += 7) {
    await expect(readGltf(glb.subarray(0, end))).rejects.toThrow(
      expect.objectContaining({ name: 'CameraError' }),
    )
  }
})
