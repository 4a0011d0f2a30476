import { expect, test } from 'vitest'
import { blankMaker, recordKernels } from '../../test/record.ts'
import { attentionOp } from '../ops/attention/index.ts'
import { conv2dOp } from '../ops/conv2d/index.ts'
import { linearOp } from '../ops/linear/index.ts'
import type { DeviceWords, MatrixShape } from './features.ts'
import { gpuFeatures } from './features.ts'

const matrices = 'chromium-experimental-subgroup-matrix'
const all = ['shader-f16', 'subgroups', 'subgroup-size-control', matrices]
const without = (...names: string[]) => all.filter((name) => !names.includes(name))

const f16 = (M: number, N: number, K: number, resultComponentType = 'f32') => ({
  componentType: 'f16',
  resultComponentType,
  M,
  N,
  K,
})
const nvidia = [f16(16, 16, 16, 'f16'), f16(16, 16, 16)]

interface Device {
  readonly features?: readonly string[]
  readonly subgroups?: readonly [least: number, most: number]
  readonly shapes?: readonly MatrixShape[]
  readonly storage?: number
}

const words = ({ features = all, subgroups, shapes, storage = 48 << 10 }: Device): DeviceWords => ({
  features: new Set(features),
  limits: { maxComputeWorkgroupStorageSize: storage },
  adapterInfo: {
    ...(subgroups && { subgroupMinSize: subgroups[0], subgroupMaxSize: subgroups[1] }),
    ...(shapes && { subgroupMatrixConfigs: shapes }),
  },
})

/** Which kernels a product, a convolution, and attention with heads of 128 and of 640 take. */
function kernelsOn(device: DeviceWords): string {
  const features = gpuFeatures(device)
  const make = blankMaker(features.f16 ? 'f16' : 'f32')
  const heads = (count: number, size: number) => {
    const x = make.normal([1, 64, count, size])
    return { q: x, k: x, v: x }
  }
  const onUnits = [
    recordKernels(linearOp, { x: make.normal([64, 64]), w: make.normal([64, 64]) }, features),
    recordKernels(
      conv2dOp,
      { x: make.normal([1, 8, 8, 64]), w: make.normal([64, 3, 3, 64]) },
      features,
    ),
    recordKernels(attentionOp, heads(2, 128), features),
    recordKernels(attentionOp, heads(1, 640), features),
  ].map((kernels) => kernels.some(({ code }) => code.includes('subgroup_matrix')))
  return onUnits.map((yes) => (yes ? 'units' : 'portable')).join(' ')
}

const units = 'units units units units'
const portable = 'portable portable portable portable'

test.each<[string, Device, string]>([
  ['NVIDIA', { subgroups: [32, 32], shapes: nvidia }, units],
  [
    'NVIDIA, subgroups not pinned',
    { features: without('subgroup-size-control'), subgroups: [32, 32], shapes: nvidia },
    units,
  ],
  [
    'NVIDIA, 24 KiB of workgroup memory',
    { subgroups: [32, 32], shapes: nvidia, storage: 24 << 10 },
    units,
  ],
  [
    'NVIDIA, 16 KiB of workgroup memory',
    { subgroups: [32, 32], shapes: nvidia, storage: 16 << 10 },
    portable,
  ],
  ['NVIDIA, f16 sums only', { subgroups: [32, 32], shapes: [f16(16, 16, 16, 'f16')] }, portable],
  [
    'NVIDIA, no f16',
    { features: without('shader-f16'), subgroups: [32, 32], shapes: nvidia },
    portable,
  ],
  [
    'NVIDIA, no subgroups',
    { features: without('subgroups'), subgroups: [32, 32], shapes: nvidia },
    portable,
  ],
  [
    'NVIDIA, no matrices',
    { features: without(matrices), subgroups: [32, 32], shapes: nvidia },
    portable,
  ],
  ['the feature, and no word of shapes', { subgroups: [32, 32] }, portable],
  ['shapes, and no word of subgroups', { shapes: nvidia }, portable],
  ['Apple', { subgroups: [32, 32], shapes: [f16(8, 8, 8), f16(8, 8, 8, 'f16')] }, portable],
  ['Intel', { subgroups: [8, 32], shapes: [f16(8, 16, 16)] }, portable],
  ['subgroups of 8 to 32, pinned', { subgroups: [8, 32], shapes: nvidia }, units],
  [
    'subgroups of 8 to 32, not pinned',
    { features: without('subgroup-size-control'), subgroups: [8, 32], shapes: nvidia },
    portable,
  ],
  ['AMD, subgroups of 64 only', { subgroups: [64, 64], shapes: nvidia }, portable],
  ['AMD, subgroups of 32 or 64, pinned', { subgroups: [32, 64], shapes: nvidia }, units],
  [
    'SwiftShader',
    { features: ['subgroups', 'subgroup-size-control'], subgroups: [4, 4], shapes: [] },
    portable,
  ],
  ['a device without any of it', { features: [] }, portable],
])('kernels on %s', (_, device, expected) => {
  expect(kernelsOn(words(device))).toBe(expected)
})

test('a device that tells nothing about its adapter', () => {
  const { features, limits } = words({})
  expect(kernelsOn({ features, limits })).toBe(portable)
})
