import { writeFile } from 'node:fs/promises'
import {
  createFlashWorld,
  loadModel,
  plannedFor,
  profile,
  publishedConfigs,
  publishedFeatures,
  randomModel,
  rehearsalOf,
} from 'flashworld/lab'
import type { GenerateRequest } from 'flashworld'
import type { Model, OpProfile, Profile } from 'flashworld/lab'
import { nodeImages } from 'flashworld/node'
import type { Command, Given, Session } from '../command.ts'
import { UsageError, wholeNumber } from '../command.ts'
import { chromeTrace } from '../chrome-trace.ts'
import { engineOptions, givenMemory, givenModel, openBackend } from '../model.ts'
import { byteWords } from '../byte-words.ts'
import { parseResolution } from '../parse-size.ts'
import { planWords } from '../plan-words.ts'
import { describeStage } from '../progress.ts'

export const benchCommand: Command = {
  name: 'bench',
  summary:
    'Measures whole generations: seconds a stage on the device after a warm-up, and peak memory',
  options: {
    ...engineOptions,
    model: {
      value: 'DIR|mini|full',
      summary: "a checkpoint's folder, the embedded model, or the published sizes",
      default: 'mini',
    },
    weights: {
      value: 'random:SEED|bad:SEED',
      summary:
        'makes weights on the spot (needed with --model full); bad ones overflow and have outliers as trained ones do',
    },
    resolution: { value: 'NxHxW', summary: 'frames, height and width' },
    'warm-ups': { value: 'N', summary: 'generations before the measured ones', default: '1' },
    runs: { value: 'N', summary: 'generations measured; each is reported', default: '1' },
    ops: {
      summary:
        'also calls, seconds, TFLOP/s and GB/s of each operation and shape, timed on the device',
    },
    trace: {
      value: 'FILE',
      summary:
        'writes the last run as a timeline of host and device, for chrome://tracing or Perfetto',
    },
  },
  examples: [
    'npx flashworld bench --model full --weights random:1 --json',
    'npx flashworld bench --model full --weights random:1 --memory 8',
    'npx flashworld bench --backend wasm --ops --trace scene.json',
  ],
  run,
}

async function run(given: Given, { output, signal }: Session): Promise<number> {
  const { values, switches } = given
  const warmUps = wholeNumber('warm-ups', values['warm-ups']!)
  const measured = wholeNumber('runs', values.runs!, { least: 1 })
  const opened = await openBackend(given)
  // stamping each operation takes time of its own: only who asks for them pays it
  const profiled = switches.has('ops') || values.trace !== undefined ? profile(opened) : undefined
  const engine = profiled?.engine ?? opened
  const loading = output.progress()
  const start = performance.now()
  const model = await open(
    given,
    engine,
    (fraction) => loading.show(fraction, `making the model on ${engine.name}`),
    signal,
  )
  loading.end()
  const loadSeconds = (performance.now() - start) / 1000
  const world = createFlashWorld(model, { images: nodeImages, name: values.model! })
  const request: GenerateRequest = {
    prompt: 'a red house beside a green tree on snow at sunset',
    path: 'orbit-left',
    seed: 1,
    ...(values.resolution !== undefined && { resolution: parseResolution(values.resolution) }),
  }
  let last: Profile | undefined
  const runs = []
  for (let i = 0; i < warmUps + measured; i++) {
    await profiled?.take() // what belongs to no scene
    const broughtBefore = engine.memory.broughtBytes
    let steps = 0
    const progress = output.progress()
    const label = i < warmUps ? `warm-up ${i + 1}` : `run ${i - warmUps + 1}`
    for await (const event of world.generate(request, { signal })) {
      if (event.type === 'started') steps = event.steps
      if (event.type === 'progress') {
        progress.show(event.fraction, `${label}, ${describeStage(event.stage, event.step, steps)}`)
      }
      if (event.type !== 'done') continue
      last = await profiled?.take()
      const brought = engine.memory.broughtBytes - broughtBefore
      if (i >= warmUps)
        runs.push({
          seconds: event.seconds,
          broughtBytes: brought,
          stages: event.timings,
          ...(switches.has('ops') && { ops: last!.ops.map(withRates) }),
        })
    }
    progress.end()
  }
  if (values.trace !== undefined) await writeFile(values.trace, chromeTrace(last!.timeline))
  const report = {
    device: engine.name,
    backend: engine.kind,
    storage: engine.half,
    model: values.model!,
    resolution: request.resolution ?? world.defaults.resolution,
    loadSeconds,
    peakBytes: engine.memory.peakBytes,
    plan: model.plan,
    runs,
  }
  output.tell({ type: 'result', ...report }, words(report))
  world.dispose()
  engine.dispose()
  return 0
}

async function open(
  given: Given,
  engine: Model['engine'],
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Model> {
  const { values } = given
  const scene = values.resolution === undefined ? 'usual' : parseResolution(values.resolution)
  const common = {
    engine,
    plan: plannedFor(givenMemory(given), scene),
    rehearse: rehearsalOf(scene),
    onProgress,
    signal,
  }
  if (values.weights === undefined) {
    if (values.model === 'full')
      throw new UsageError('bench: --model full has no weights of its own; add --weights random:1')
    return loadModel({ ...common, source: (await givenModel(given)).source })
  }
  const [, statistics, seed] = /^(random|bad):(\d+)$/.exec(values.weights) ?? []
  if (statistics === undefined)
    throw new UsageError(`--weights: expected random:SEED or bad:SEED, got '${values.weights}'`)
  if (values.model !== 'full')
    throw new UsageError('--weights: random weights are made for --model full')
  return randomModel({
    ...common,
    configs: publishedConfigs,
    features: publishedFeatures,
    statistics: statistics as 'random' | 'bad',
    seed: Number(seed),
  })
}

type RatedOp = ReturnType<typeof withRates>

const withRates = (op: OpProfile) => ({
  ...op,
  ...(op.flops !== undefined && { flopsPerSecond: op.flops / op.seconds }),
  bytesPerSecond: op.bytes / op.seconds,
})

interface Report {
  readonly device: string
  readonly storage: string
  readonly resolution: readonly number[]
  readonly loadSeconds: number
  readonly peakBytes: number
  readonly plan: Model['plan']
  readonly runs: readonly Run[]
}

interface Run {
  readonly seconds: number
  /** From the host's memory to the device. */
  readonly broughtBytes: number
  readonly stages: Readonly<Record<string, number>>
  readonly ops?: readonly RatedOp[]
}

const words = ({ device, storage, resolution, loadSeconds, peakBytes, plan, runs }: Report) =>
  [
    `${device}, ${storage} storage, ${resolution.join(' x ')}`,
    `weights on the device in ${loadSeconds.toFixed(1)} s, peak ${(peakBytes / 2 ** 30).toFixed(2)} GiB`,
    planWords(plan),
    ...runs.flatMap(({ seconds, broughtBytes, stages, ops = [] }) => {
      const parts = Object.entries(stages).map(([stage, s]) => `${stage} ${s.toFixed(3)}`)
      const brought = broughtBytes > 0 ? `, ${byteWords(broughtBytes)} brought` : ''
      return [`${seconds.toFixed(2)} s a scene: ${parts.join(', ')}${brought}`, ...ops.map(opWords)]
    }),
  ].join('\n')

function opWords({ op, shapes, calls, seconds, flopsPerSecond, bytesPerSecond }: RatedOp): string {
  const columns = [
    `${seconds.toFixed(4)} s`.padStart(10),
    (flopsPerSecond === undefined ? '' : rateWords(flopsPerSecond, 'FLOP/s')).padStart(13),
    rateWords(bytesPerSecond, 'B/s').padStart(10),
  ]
  return `  ${op.padEnd(16)} ${String(calls).padStart(5)} calls ${columns.join(' ')}  ${shapes}`
}

const rateWords = (rate: number, unit: string) =>
  rate < 1e12
    ? `${Math.round(rate / 1e9)} G${unit}`
    : `${(rate / 1e12).toFixed(rate < 1e13 ? 1 : 0)} T${unit}`
