/**
 * Our products and 3x3 convolutions on WebAssembly against ONNX Runtime's on the CPU, in turns in one run.
 *
 *   npm install --no-save --ignore-scripts onnxruntime-node
 *   node bench/cpu-ops.ts [--threads 1,2] [--rounds 15] [--case TEXT] [--json]
 *
 * A case is a row of layers, as in a network: so that ONNX Runtime changes the layout of images only at the ends.
 */
import { parseArgs } from 'node:util'
import type { Engine, Tensor } from '../packages/engine/src/index.ts'
import { conv2d, createNoise, linear } from '../packages/engine/src/index.ts'
import { openEngine } from '../packages/flashworld/src/node/backends.ts'
import { microkernelRate } from './microkernel.ts'
import { loadOnnxRuntime } from './onnx-runtime.ts'
import type { OnnxLayer } from './onnx-graph.ts'
import { onnxChain } from './onnx-graph.ts'

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '15' },
    case: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})

interface Case {
  readonly name: string
  /** `[rows]` of a product, `[batch, height, width]` of a convolution. */
  readonly size: readonly number[]
  /** Channels before the first layer and after each. */
  readonly channels: readonly number[]
}

const cases: Case[] = [
  { name: 'linear, embedded: attention', size: [288], channels: [288, 288, 288, 288, 288] },
  { name: 'linear, embedded: feed-forward', size: [288], channels: [288, 864, 288, 864, 288] },
  { name: 'linear, embedded: shortcut of the decoder', size: [12288], channels: [48, 24] },
  { name: 'linear, embedded: autoencoder attention', size: [192], channels: [96, 288] },
  { name: 'linear, 1024 wide', size: [1024], channels: [1024, 1024, 1024] },
  { name: 'linear, 3072 wide', size: [512], channels: [3072, 3072] },
  { name: '3x3, embedded: 24 channels', size: [2, 64, 96], channels: [24, 24, 24, 24, 24] },
  { name: '3x3, embedded: 48 channels', size: [2, 32, 48], channels: [48, 48, 48, 48, 48] },
  { name: '3x3, embedded: 96 channels', size: [2, 16, 24], channels: [96, 96, 96, 96, 96] },
  {
    name: '3x3, embedded: 96 channels, smallest',
    size: [2, 8, 12],
    channels: [96, 96, 96, 96, 96],
  },
  { name: '3x3, embedded: Gaussian head', size: [2, 64, 96], channels: [24, 76] },
  { name: '3x3, 256 channels', size: [1, 64, 64], channels: [256, 256, 256] },
  { name: '3x3, 512 channels', size: [1, 32, 32], channels: [512, 512, 512] },
]

const isImage = ({ size }: Case) => size.length === 3
const product = (values: readonly number[]) => values.reduce((a, b) => a * b, 1)

const flopsOf = (c: Case) =>
  c.channels
    .slice(1)
    .reduce((sum, n, i) => sum + 2 * product(c.size) * n * c.channels[i]! * (isImage(c) ? 9 : 1), 0)

/** A contender: runs the whole row of layers once, and gives its result as [..., channels]. */
interface Contender {
  run(): Promise<void>
  result(): Promise<Float32Array>
}

interface Inputs {
  /** Channels last. */
  readonly x: Float32Array
  /** `[O, I]`, or for images `[O, 3, 3, I]`; with the bias. */
  readonly layers: readonly {
    readonly w: Float32Array
    readonly shape: readonly number[]
    readonly bias: Float32Array
  }[]
}

function inputsOf(c: Case): Inputs {
  const noise = createNoise(1)
  const taps = isImage(c) ? [3, 3] : []
  return {
    x: noise.normal(product(c.size) * c.channels[0]!),
    layers: c.channels.slice(1).map((n, i) => {
      const shape = [n, ...taps, c.channels[i]!]
      const scale = 1 / Math.sqrt(product(shape) / n)
      return { w: noise.normal(product(shape)).map((v) => v * scale), shape, bias: noise.normal(n) }
    }),
  }
}

function ours(engine: Engine, c: Case, { x, layers }: Inputs): Contender & { release(): void } {
  const input = engine.upload(x, [...c.size, c.channels[0]!])
  const weights = layers.map(({ w, shape, bias }) => ({
    w: engine.upload(w, shape),
    bias: engine.upload(bias, [bias.length]),
  }))
  const pad = { top: 1, left: 1, bottom: 1, right: 1 }
  const forward = (engine: Engine) =>
    weights.reduce<Tensor>(
      (y, { w, bias }) =>
        isImage(c) ? conv2d(engine, y, w, { bias, pad }) : linear(engine, y, w, { bias }),
      input,
    )
  return {
    run: async () => Promise.resolve(engine.scope((engine) => void forward(engine))),
    result: () => engine.scope((engine) => engine.read(forward(engine))),
    release: () => engine.release([input, weights]),
  }
}

type OnnxRuntime = Awaited<ReturnType<typeof loadOnnxRuntime>>

async function onnx(
  runtime: OnnxRuntime,
  threads: number,
  c: Case,
  { x, layers }: Inputs,
): Promise<Contender & { release(): Promise<void> }> {
  const [n, height, width] = c.size as [number, number, number]
  const image = (channels: number) => [n, height * width, channels] as const
  const last = c.channels.at(-1)!
  const onnxLayers = layers.map(({ w, shape, bias }): OnnxLayer =>
    isImage(c)
      ? {
          weights: channelsFirst(w, [shape[0]!, 9, shape[3]!]),
          shape: [shape[0]!, shape[3]!, 3, 3],
          bias,
        }
      : { weights: w, shape, bias },
  )
  const shapeOf = (channels: number) => (isImage(c) ? [n, channels, height, width] : [n, channels])
  const model = onnxChain(isImage(c) ? 'Conv' : 'Gemm', shapeOf(c.channels[0]!), onnxLayers)
  const session = await runtime.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  })
  const input = isImage(c) ? channelsFirst(x, image(c.channels[0]!)) : x
  const feeds = { x: new runtime.Tensor('float32', input, shapeOf(c.channels[0]!)) }
  const y = new Float32Array(product(c.size) * last)
  const fetches = { y: new runtime.Tensor('float32', y, shapeOf(last)) }
  const run = async () => void (await session.run(feeds, fetches))
  return {
    run,
    result: () => run().then(() => (isImage(c) ? channelsFirst(y, [n, last, height * width]) : y)),
    release: () => session.release(),
  }
}

/** [a, b, c] to [a, c, b]. */
function channelsFirst(
  values: Float32Array,
  [a, b, c]: readonly [number, number, number],
): Float32Array {
  const to = new Float32Array(values.length)
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++) to[(i * c + k) * b + j] = values[(i * b + j) * c + k]!
  }
  return to
}

async function secondsOf({ run }: Contender, count: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < count; i++) await run()
  return (performance.now() - start) / 1000 / count
}

/** Long enough for the code to have been compiled at its best; gives the shortest time. */
async function warmUp(contender: Contender): Promise<number> {
  let best = Infinity
  for (const start = performance.now(); performance.now() - start < 300;)
    best = Math.min(best, await secondsOf(contender, 1))
  return best
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
/** ONNX Runtime's threads look for more work for a while; nothing is measured meanwhile. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 15))

async function compare(c: Case, first: Contender, second: Contender) {
  const [a, b] = [await first.result(), await second.result()]
  const largest = a.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  const error = a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0) / largest
  // a few hundred f32 sums in another order, and Winograd's transforms, layer after layer
  if (!(error < 1e-4)) throw new Error(`${c.name}: results differ by ${error}`)
  const count = Math.max(1, Math.round(0.02 / Math.max(await warmUp(first), await warmUp(second))))
  const times: { ours: number; onnx: number }[] = []
  for (let round = 0; round < Number(options.rounds); round++) {
    await quiet()
    const seconds = await secondsOf(first, count)
    times.push({ ours: seconds, onnx: await secondsOf(second, count) })
  }
  const summary = (of: (t: { ours: number; onnx: number }) => number) => {
    const all = times.map(of)
    return { best: Math.min(...all), median: median(all) }
  }
  const [mine, theirs] = [summary((t) => t.ours), summary((t) => t.onnx)]
  const ratio = { best: mine.best / theirs.best, median: summary((t) => t.ours / t.onnx).median }
  return { ours: mine, onnx: theirs, ratio }
}

const runtime = await loadOnnxRuntime()
const { name: ourName } = await openEngine({ backend: 'wasm', threads: 1 })
const microkernel = await microkernelRate({ wide: ourName.includes('256-bit') })
const report = {
  onnxRuntime: runtime.env.versions.node,
  microkernelGflops: microkernel / 1e9,
  cases: [] as object[],
}
const say = (line: string) => {
  if (!options.json) console.log(line)
}
say(`${ourName}; its microkernel alone: ${(microkernel / 1e9).toFixed(1)} GFLOP/s`)
say('threads  GFLOP/s  of microkernel  ONNX Runtime    ours / ONNX Runtime, seconds: best, median')

for (const threads of options.threads.split(',').map(Number)) {
  const engine = await openEngine({ backend: 'wasm', threads })
  for (const c of cases.filter(({ name }) => name.includes(options.case))) {
    const inputs = inputsOf(c)
    const contenders = [ours(engine, c, inputs), await onnx(runtime, threads, c, inputs)] as const
    const { ours: mine, onnx: theirs, ratio } = await compare(c, ...contenders)
    for (const contender of contenders) await contender.release()
    const gflops = flopsOf(c) / mine.best / 1e9
    const onnxGflops = flopsOf(c) / theirs.best / 1e9
    // two threads may share a core's arithmetic: the share says something for one alone
    const share = threads === 1 ? (gflops * 1e9) / microkernel : undefined
    report.cases.push({
      ...c,
      threads,
      seconds: { ours: mine, onnxRuntime: theirs },
      ratio,
      gflops,
      onnxGflops,
      share,
    })
    const percent = share === undefined ? '' : `${(share * 100).toFixed(0)} %`
    const columns = [
      String(threads).padStart(7),
      gflops.toFixed(1).padStart(8),
      percent.padStart(15),
      onnxGflops.toFixed(1).padStart(13),
    ]
    say(
      `${columns.join(' ')}    ${ratio.best.toFixed(2)} ${ratio.median.toFixed(2)}   ${c.name}: ${c.size.join(' x ')}, ${c.channels.join(' > ')}`,
    )
  }
  engine.dispose()
}
if (options.json) console.log(JSON.stringify(report, null, 2))
