import fc from 'fast-check'
import { expect, test } from 'vitest'
import { axisAngleQuat, dotQuat, slerpQuat } from '@flashworld/math'
import { anyPath } from '../../test/arbitrary.ts'
import { expectSamePath } from '../../test/same-path.ts'
import { templatePath } from '../templates.ts'
import { readGltf } from './read-gltf.ts'
import { writeGltf } from './write-gltf.ts'

// Positions up to 100 and quaternions go through f32: half a step is 4e-6.
const F32_STEPS = 4e-6
const path = templatePath('orbit-left', { count: 4, size: { width: 704, height: 480 } })

interface Gltf {
  asset: object
  nodes: Record<string, unknown>[]
  cameras: { perspective: Record<string, number> }[]
  animations: {
    samplers: Record<string, unknown>[]
    channels: { target: { path: string } }[]
  }[]
  accessors: Record<string, unknown>[]
  bufferViews: { buffer: number; byteOffset: number; byteLength: number }[]
  buffers: { byteLength: number; uri: string }[]
}
const written = () => JSON.parse(writeGltf(path, 10)) as Gltf

/** The file with one change. */
function changed(change: (gltf: Gltf) => void): string {
  const gltf = written()
  change(gltf)
  return JSON.stringify(gltf)
}

test('writing and reading again keeps the path', () => {
  fc.assert(
    fc.property(anyPath, (any) => {
      const [first] = any
      const kept = { fx: first!.fx, fy: first!.fy, cx: 0.5, cy: 0.5 }
      const same = any.map((camera) => ({ ...camera, ...kept }))
      expectSamePath(readGltf(writeGltf(any)).cameras, same, F32_STEPS)
    }),
  )
})

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

test('rotations are xyzw, and neighbours have one sign', () => {
  const half = axisAngleQuat([0, 1, 0], 90)
  const minus = half.map((v) => -v) as unknown as typeof half
  const turned = path.slice(0, 2).map((camera, i) => ({ ...camera, rotation: [half, minus][i]! }))
  const gltf = JSON.parse(writeGltf(turned)) as Gltf
  expect(gltf.nodes[0]!.rotation).toEqual([half[1], half[2], half[3], half[0]])
  const [a, b] = readGltf(JSON.stringify(gltf)).cameras
  expect(dotQuat(a!.rotation, b!.rotation)).toBeCloseTo(1, 6)
})

test('a camera that only turns stays where its node is', () => {
  const text = changed((gltf) => {
    gltf.animations[0]!.channels.shift()
    gltf.nodes[0]!.translation = [7, 8, 9]
  })
  const still = path.map((camera) => ({ ...camera, position: [7, 8, 9] as const }))
  expectSamePath(readGltf(text).cameras, still, F32_STEPS)
})

test('rotations at other times than positions are interpolated', () => {
  const text = changed((gltf) => {
    const times = new Uint8Array(new Float32Array([0, 0.3]).buffer)
    const uri = `data:application/gltf-buffer;base64,${btoa(String.fromCharCode(...times))}`
    gltf.buffers.push({ byteLength: 8, uri })
    gltf.bufferViews.push({ buffer: 1, byteOffset: 0, byteLength: 8 })
    gltf.accessors.push({ bufferView: 3, componentType: 5126, count: 2, type: 'SCALAR' })
    gltf.accessors[2]!.count = 2
    gltf.animations[0]!.samplers[1] = { input: 3, output: 2 }
  })
  const [a, b] = [path[0]!.rotation, path[1]!.rotation]
  const turned = path.map((camera, i) => ({ ...camera, rotation: slerpQuat(a, b, i / 3) }))
  expectSamePath(readGltf(text).cameras, turned, F32_STEPS)
})

test.each<[string, (gltf: Gltf) => void, string]>([
  ['no camera', (g) => delete g.nodes[0]!.camera, 'a node with a camera'],
  ['a parent', (g) => g.nodes.push({ children: [0] }), 'without a parent'],
  ['no animation', (g) => (g.animations = []), 'an animation of the camera'],
  ['a spline', (g) => (g.animations[0]!.samplers[0]!.interpolation = 'CUBICSPLINE'), 'LINEAR'],
  ['a file beside it', (g) => (g.buffers[0]!.uri = 'path.bin'), 'embedded as base64'],
  ['broken base64', (g) => (g.buffers[0]!.uri = 'data:;base64,*'), 'expected base64'],
  ['a cut-off buffer', (g) => (g.buffers[0]!.uri = 'data:;base64,AAAA'), 'bytes 0 to 16, got 3'],
  ['a negative offset', (g) => (g.bufferViews[0]!.byteOffset = -4), 'expected bytes -4'],
  ['a huge count', (g) => (g.accessors[0]!.count = 1e9), '4096'],
  ['integers', (g) => (g.accessors[1]!.componentType = 5123), '32-bit floats'],
  ['times that stand still', (g) => (g.bufferViews[0]!.byteOffset = 16), 'rising times'],
  ['no field of view', (g) => delete g.cameras[0]!.perspective.yfov, 'yfov: expected a number'],
  ['an aspect of 0', (g) => (g.cameras[0]!.perspective.aspectRatio = 0), 'fx'],
])('%s is refused', (_, change, message) => {
  const text = changed(change)
  expect(() => readGltf(text)).toThrow(message)
  expect(() => readGltf(text)).toThrow(expect.objectContaining({ name: 'CameraError' }))
})

test('a path needs a speed', () => {
  expect(() => writeGltf(path, 0)).toThrow('fps above 0')
})
