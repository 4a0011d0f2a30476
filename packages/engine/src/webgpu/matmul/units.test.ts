import { expect, test } from 'vitest'
import { testDevice } from '../../../test/engines.ts'
import { lineError, tensorMaker } from '../../../test/inputs.ts'
import { pretend } from '../../../test/pretend/device.ts'
import type { Op, Tensor } from '../../index.ts'
import { createReferenceEngine, createWebGpuEngine } from '../../index.ts'
import { linearOp } from '../../ops/linear/index.ts'
import type { TileShape } from './units.ts'
import { dispatchUnits, large, small } from './units.ts'

interface ProductArgs {
  readonly x: Tensor
  readonly w: Tensor
}

/** A product with tiles of a given shape, however few they are. */
const productWith = (shape: TileShape): Op<ProductArgs> => ({
  ...linearOp,
  webgpu: ({ x, w }, out, gpu) =>
    dispatchUnits(
      gpu,
      out,
      {
        name: 'product',
        x,
        w,
        layers: 1,
        rows: x.shape[0]!,
        columns: w.shape[0]!,
        taps: 1,
        channels: x.shape[1]!,
        epilogue: {},
      },
      shape,
    ),
})

const gpu = await testDevice()

// the large tile's text is of 32 products a slice, which a software device compiles for long
test.runIf(gpu).each([
  ['large', large],
  ['small', small],
] as const)(
  'the %s tile, its edges and two slices of K',
  { timeout: 900_000 },
  async (_, shape) => {
    const { device, faults } = pretend(gpu!)
    const engine = createWebGpuEngine(device, { half: 'f16' })
    const reference = createReferenceEngine()
    const [rows, columns] = [shape.rows + 5, shape.columns + 12]
    const [got, expected] = await Promise.all(
      [engine, reference].map((engine) => {
        const make = tensorMaker(engine)
        const args = { x: make.normal([rows, 72]), w: make.normal([columns, 72]) }
        return engine.read(engine.run(productWith(shape), args))
      }),
    )
    expect(lineError(got!, expected!, columns)).toBeLessThan(1e-3)
    expect(await faults()).toEqual([])
    engine.dispose()
  },
)
