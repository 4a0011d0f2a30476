/**
 * Times every operation at a model's sizes, or with --check holds it against a slower backend.
 *
 *   node bench/ops.ts [--backend webgpu|wasm|reference] [--half f16|f32] [--op NAME] [--case TEXT] [--check] [--json]
 */
import { parseArgs } from 'node:util'
import type { Engine, Op, OpCase, Tensor } from '../packages/engine/src/index.ts'
import {
  byteLength,
  channels,
  createReferenceEngine,
  createWasmEngine,
  relativeError,
  reshape,
  rows,
  slice,
} from '../packages/engine/src/index.ts'
import { tensorMaker } from '../packages/engine/test/inputs.ts'
import { gpuEngine, openGpu } from '../packages/flashworld/src/node/index.ts'
import type { AnyArgs } from './op-table.ts'
import { opTable } from './op-table.ts'
import { quickMaker } from './quick-maker.ts'

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'webgpu' },
    half: { type: 'string' },
    op: { type: 'string' },
    case: { type: 'string', default: '' },
    check: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

type Entry = { readonly op: Op<AnyArgs>; readonly testCase: OpCase<AnyArgs> }

/** The engine asked for and, for --check, what knows better about sizes that the reference cannot do. */
async function openEngines(): Promise<{ engine: Engine; slower?: Engine }> {
  if (options.backend === 'reference') return { engine: createReferenceEngine() }
  if (options.backend === 'wasm') return { engine: await createWasmEngine() }
  const gpu = await openGpu()
  if (!gpu.device) throw new Error(`bench: no GPU: ${gpu.why}`)
  const engine = gpuEngine(gpu, options.half as 'f16' | 'f32' | undefined)
  return engine.half === 'f16' && !gpu.software
    ? { engine, slower: gpuEngine(gpu, 'f32') }
    : { engine }
}

async function time(engine: Engine, { op, testCase }: Entry) {
  const args = testCase.args(quickMaker(engine))
  const once = () => engine.scope((engine) => void engine.run(op, args))
  once()
  await engine.settle()
  const measure = async (count: number) => {
    await engine.time('op', async () => {
      for (let i = 0; i < count; i++) once()
      await engine.settle()
    })
    return (await engine.timings())['op']! / count
  }
  const first = await measure(1)
  // a device that idled runs at a fifth of its clock for a while
  for (const start = performance.now(); performance.now() - start < 500;) {
    await measure(Math.min(200, Math.max(3, Math.round(0.1 / first))))
  }
  const seconds = await measure(Math.min(200, Math.max(3, Math.round(0.3 / first))))
  const tensors = [...Object.values(args).flat().filter(isTensor), engine.run(op, args)]
  const bytes = tensors.reduce((sum, x) => sum + byteLength(x), 0)
  return {
    op: op.name,
    case: testCase.name,
    seconds,
    tflops: op.flops && op.flops(args) / seconds / 1e12,
    gigabytesPerSecond: bytes / seconds / 1e9,
  }
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'storage' in value

/** A few stretches of rows from all over the result. */
async function sample(engine: Engine, y: Tensor): Promise<Float32Array> {
  const matrix = reshape(y, [rows(y), channels(y)])
  const height = Math.min(32, rows(y))
  const parts: number[] = []
  for (let part = 0; part < 8; part++) {
    const start = Math.round(((rows(y) - height) * part) / 7)
    const values = await engine.read(slice(engine, matrix, 0, start, start + height))
    for (const value of values) parts.push(value)
  }
  return Float32Array.from(parts)
}

async function check(engine: Engine, oracle: Engine, { op, testCase }: Entry) {
  const compute = (where: Engine) =>
    where.scope(async (where) => {
      const maker = testCase.use === 'test' ? tensorMaker(where) : quickMaker(where)
      const y = where.run(op, testCase.args(maker))
      return testCase.use === 'test' ? where.read(y) : sample(where, y)
    })
  const error = relativeError(await compute(engine), await compute(oracle))
  // f16: results rounded to 11 bits, and some values between; f32: sums in another order
  const tolerance = engine.half === 'f16' ? 1e-3 : 2e-6
  return { op: op.name, case: testCase.name, error, ok: error <= tolerance }
}

const entries: Entry[] = opTable
  .filter(({ op }) => options.op === undefined || op.name === options.op)
  .flatMap(({ op, cases }) => cases.map((testCase) => ({ op, testCase })))
  .filter(({ testCase }) => testCase.name.includes(options.case))

const { engine, slower } = await openEngines()
const reference = createReferenceEngine()
const print = (line: object, words: string) =>
  console.log(options.json ? JSON.stringify(line) : words)
print({ engine: engine.name, half: engine.half }, `${engine.kind} ${engine.half} on ${engine.name}`)

for (const entry of entries) {
  const { use } = entry.testCase
  const oracle = use === 'test' ? reference : slower
  try {
    if (options.check && oracle) {
      const result = await check(engine, oracle, entry)
      if (!result.ok) process.exitCode = 1
      print(
        result,
        `${result.ok ? 'ok  ' : 'FAIL'} ${result.error.toExponential(2)}  ${result.op}: ${result.case}`,
      )
    } else if (!options.check && use === 'bench') {
      const result = await engine.scope((engine) => time(engine, entry))
      const rate = result.tflops === undefined ? '' : `${result.tflops.toFixed(1)} TFLOP/s  `
      const moved = `${result.gigabytesPerSecond.toFixed(0)} GB/s`
      print(
        result,
        `${(result.seconds * 1e3).toFixed(3).padStart(10)} ms  ${rate}${moved}  ${result.op}: ${result.case}`,
      )
    }
  } catch (error) {
    process.exitCode = 1
    print(
      { op: entry.op.name, case: entry.testCase.name, error: String(error) },
      `FAIL ${entry.op.name}: ${entry.testCase.name}: ${String(error)}`,
    )
  }
  engine.trim()
  slower?.trim()
}
process.exit()
