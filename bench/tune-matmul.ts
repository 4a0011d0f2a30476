/**
 * Times the product on matrix units with tiles of many shapes: `node bench/tune-matmul.ts`.
 * The winner stands in packages/engine/src/webgpu/matmul/units.ts.
 */
import type { Engine, Op } from '../packages/engine/src/index.ts'
import type { LinearArgs } from '../packages/engine/src/ops/linear/arguments.ts'
import { linearOp } from '../packages/engine/src/ops/linear/index.ts'
import { channels, rows } from '../packages/engine/src/index.ts'
import type { TileShape } from '../packages/engine/src/webgpu/matmul/units.ts'
import { dispatchUnits } from '../packages/engine/src/webgpu/matmul/units.ts'
import { gpuEngine, openGpu } from '../packages/flashworld/src/node/index.ts'
import { quickMaker } from './quick-maker.ts'

const shapes: TileShape[] = [
  { rows: 128, columns: 128, down: 2, across: 2, depth: 4 },
  { rows: 128, columns: 128, down: 2, across: 2, depth: 2 },
  { rows: 128, columns: 128, down: 2, across: 2, depth: 8 },
  { rows: 128, columns: 128, down: 2, across: 4, depth: 4 },
  { rows: 128, columns: 128, down: 4, across: 2, depth: 4 },
  { rows: 128, columns: 256, down: 2, across: 4, depth: 4 },
  { rows: 256, columns: 128, down: 4, across: 2, depth: 4 },
  { rows: 128, columns: 64, down: 2, across: 1, depth: 4 },
  { rows: 128, columns: 64, down: 2, across: 2, depth: 4 },
  { rows: 64, columns: 64, down: 2, across: 2, depth: 4 },
]

const sizes = [
  [7920, 3072, 3072],
  [7920, 14336, 3072],
  [7920, 3072, 14336],
  [64, 10240, 4096],
] as const

const linearWith = (shape: TileShape): Op<LinearArgs> => ({
  ...linearOp,
  webgpu: (args, out, gpu) =>
    dispatchUnits(
      gpu,
      out,
      {
        name: 'linear',
        x: args.x,
        w: args.w,
        layers: 1,
        rows: rows(args.x),
        columns: channels(out),
        taps: 1,
        channels: channels(args.x),
        epilogue: args,
      },
      shape,
    ),
})

async function rate(
  engine: Engine,
  op: Op<LinearArgs>,
  [m, n, k]: readonly [number, number, number],
) {
  const make = quickMaker(engine)
  const args = {
    x: make.normal([m, k]),
    w: make.normal([n, k], { scale: 0.02 }),
    bias: make.normal([n], { dtype: 'f32' }),
  }
  const once = () => engine.scope((engine) => void engine.run(op, args))
  const count = m === 64 ? 100 : 10
  // an idle GPU's clock is low, and takes a good quarter of a second of work to rise
  for (const start = performance.now(); performance.now() - start < 500; await engine.settle())
    for (let i = 0; i < count; i++) once()
  await engine.time('op', async () => {
    for (let i = 0; i < count; i++) once()
    await engine.settle()
  })
  return (2 * m * n * k * count) / (await engine.timings())['op']! / 1e12
}

const gpu = await openGpu()
if (!gpu.device) throw new Error(`tune: no GPU: ${gpu.why}`)
const engine = gpuEngine(gpu, 'f16')
console.log(`TFLOP/s on ${engine.name}, for ${sizes.map((size) => size.join('x')).join(', ')}`)
for (const shape of shapes) {
  const rates: string[] = []
  for (const size of sizes) {
    rates.push(
      (await engine.scope((engine) => rate(engine, linearWith(shape), size)))
        .toFixed(0)
        .padStart(5),
    )
  }
  const { rows: down, columns: across, depth } = shape
  console.log(
    `${rates.join(' ')}  ${down}x${across}x${depth}, ${shape.down}x${shape.across} subgroups`,
  )
}
process.exit()
