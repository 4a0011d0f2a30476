import { zstdCompressSync } from 'node:zlib'

import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import type { AnyWriteOptions, Axes, Gaussians, ShDegree, SplatFile } from '../src/index.ts'
import { formatByName, readGaussians, transformGaussians, withShDegree } from '../src/index.ts'
import { collect, maxDifference, randomCloud } from './clouds.ts'
import { maxShapeGap } from './covariance.ts'

/** What a format can say, and how finely: errors of the quantities of one writing and reading. */
interface Ability {
  readonly name: string
  readonly options?: AnyWriteOptions
  readonly position: number
  readonly opacity: number
  /** Of a covariance, relative to the largest variance. */
  readonly shape: number
  readonly color: number
  readonly rest: number
  readonly degree: ShDegree
  readonly namesAxes: (axes: Axes) => boolean
  readonly saysAntialiased: 'yes' | 'noted' | 'no'
  readonly habit: Axes
}

const EXACT = {
  position: 1e-6,
  opacity: 1e-6,
  shape: 1e-5,
  color: 1e-6,
  rest: 1e-6,
  degree: 3,
} as const
const SPZ = {
  position: 2 ** -15,
  opacity: 0.0021,
  shape: 0.08,
  color: 0.0145,
  rest: 0.09,
  degree: 3,
} as const

const FORMATS: readonly Ability[] = [
  { ...EXACT, name: 'a.ply', namesAxes: () => true, saysAntialiased: 'yes', habit: 'RDF' },
  { ...EXACT, name: 'a.glb', namesAxes: () => false, saysAntialiased: 'noted', habit: 'RUB' },
  { ...SPZ, name: 'a.spz', namesAxes: () => false, saysAntialiased: 'yes', habit: 'RUB' },
  {
    ...SPZ,
    name: 'a.spz',
    options: { version: 4, zstd: zstdCompressSync },
    namesAxes: (axes) => axes !== 'FRU',
    saysAntialiased: 'yes',
    habit: 'RUB',
  },
  {
    ...EXACT,
    name: 'a.splat',
    opacity: 0.0021,
    shape: 0.03,
    color: 0.0072,
    degree: 0,
    namesAxes: () => false,
    saysAntialiased: 'no',
    habit: 'RDF',
  },
]

async function throughFile(file: Pick<SplatFile, 'gaussians'>, format: Ability, axes: Axes) {
  const notes: string[] = []
  const onNote = (note: string) => void notes.push(note)
  const writer = formatByName(format.name).write!
  const bytes = await collect(writer(file.gaussians, { ...format.options, axes, onNote }))
  const told = format.namesAxes(axes) ? {} : { axes }
  return { read: await readGaussians(bytes, { fileName: format.name, ...told }), notes }
}

/** What one more file lost must be within its steps, and what is lost altogether must be named. */
function expectKept(before: Gaussians, after: Gaussians, format: Ability) {
  expect(after.count).toBe(before.count)
  const reach = Math.max(...before.positions.map(Math.abs))
  expect(maxDifference(after.positions, before.positions)).toBeLessThanOrEqual(
    format.position + reach * 1e-6,
  )
  expect(maxDifference(after.opacities, before.opacities)).toBeLessThanOrEqual(format.opacity)
  expect(maxShapeGap(after, before)).toBeLessThan(format.shape)
  const degree = Math.min(before.shDegree, format.degree) as ShDegree
  expect(after.shDegree).toBe(degree)
  const stride = 3 * (degree + 1) ** 2
  const kept = withShDegree(before, degree).sh
  const ofColor = (_: number, j: number) => j % stride < 3
  expect(maxDifference(after.sh.filter(ofColor), kept.filter(ofColor))).toBeLessThan(format.color)
  expect(maxDifference(after.sh, kept)).toBeLessThan(Math.max(format.color, format.rest))
}

function expectNamed(cloud: Gaussians, notes: string[], format: Ability, axes: Axes) {
  const isSaid = (word: string) => notes.some((note) => note.includes(word))
  expect(isSaid('cannot name its axes')).toBe(axes !== format.habit && !format.namesAxes(axes))
  expect(isSaid('view-dependent colour')).toBe(cloud.shDegree > format.degree)
  const losesAntialiasing = cloud.antialiased === true && format.saysAntialiased !== 'yes'
  expect(isSaid('antialiased')).toBe(losesAntialiasing)
}

const pairs = FORMATS.flatMap((first) => FORMATS.map((second) => [first, second] as const))

it.each(pairs)(
  '$0.name to $1.name keeps what both can say and names what is lost',
  async (...pair) => {
    const [first, second] = pair
    const any = fc.record({
      count: fc.constantFrom(1, 40),
      degree: fc.constantFrom<ShDegree>(0, 1, 2, 3),
      seed: fc.nat(),
      antialiased: fc.boolean(),
      axes: fc.tuple(...[0, 1].map(() => fc.constantFrom<Axes>('RUB', 'RDF', 'LUF', 'FRU'))),
    })
    const property = fc.asyncProperty(any, async ({ antialiased, axes, count, ...c }) => {
      const soft = randomCloud(count, c)
      const cloud = { ...soft, sh: soft.sh.map((value) => value / 8), antialiased }
      let file: Pick<SplatFile, 'gaussians'> = { gaussians: cloud }
      for (const [i, format] of [first, second].entries()) {
        const { read, notes } = await throughFile(file, format, axes[i]!)
        expectNamed(file.gaussians, notes, format, axes[i]!)
        expectKept(file.gaussians, read.gaussians, format)
        expect([read.axes, read.notes]).toEqual([axes[i]!, []])
        const isAntialiased = file.gaussians.antialiased && format.saysAntialiased !== 'no'
        expect(read.gaussians.antialiased ?? false).toBe(isAntialiased ?? false)
        file = read
      }
    })
    await fc.assert(property, { numRuns: 12, seed: 3 })
  },
)

it('axes, sizes and colours survive a chain through all formats', async () => {
  const soft = randomCloud(100, { degree: 1 })
  const cloud = { ...soft, sh: soft.sh.map((value) => value / 8) }
  let file: Pick<SplatFile, 'gaussians'> = { gaussians: cloud }
  for (const format of FORMATS) file = (await throughFile(file, format, 'RFU')).read
  expect(maxDifference(file.gaussians.positions, cloud.positions)).toBeLessThan(1e-3)
  expect(maxShapeGap(transformGaussians(file.gaussians, {}), cloud)).toBeLessThan(0.25)
})
