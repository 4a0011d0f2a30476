import {
  createFlashWorld,
  loadModel,
  profileOps,
  publishedConfigs,
  publishedFeatures,
  randomModel,
} from 'flashworld/lab'
import type { GenerateRequest } from 'flashworld'
import type { Model, OpProfile } from 'flashworld/lab'
import { nodeImages } from 'flashworld/node'
import type { Command, Given, Session } from '../command.ts'
import { UsageError, wholeNumber } from '../command.ts'
import { engineOptions, givenModel, openBackend } from '../model.ts'
import { parseResolution } from '../parse-size.ts'
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
      value: 'random:SEED',
      summary: 'makes weights on the spot (needed with --model full)',
    },
    resolution: { value: 'NxHxW', summary: 'frames, height and width' },
    'warm-ups': { value: 'N', summary: 'generations before the measured ones', default: '1' },
    runs: { value: 'N', summary: 'generations measured; each is reported', default: '1' },
    ops: {
      summary:
        'also calls, seconds and GFLOP/s of each operation (on a GPU, which only records them: calls and GFLOP)',
    },
  },
  examples: [
    'npx flashworld bench --model full --weights random:1 --json',
    'npx flashworld bench --backend wasm --ops',
  ],
  run,
}

async function run(given: Given, { output, signal }: Session): Promise<number> {
  const { values, switches } = given
  const warmUps = wholeNumber('warm-ups', values['warm-ups']!)
  const measured = wholeNumber('runs', values.runs!, { least: 1 })
  const profiled = profileOps(await openBackend(given))
  const { engine } = profiled
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
  profiled.take()
  const runs = []
  for (let i = 0; i < warmUps + measured; i++) {
    let steps = 0
    const progress = output.progress()
    const label = i < warmUps ? `warm-up ${i + 1}` : `run ${i - warmUps + 1}`
    for await (const event of world.generate(request, { signal })) {
      if (event.type === 'started') steps = event.steps
      if (event.type === 'progress') {
        progress.show(event.fraction, `${label}, ${describeStage(event.stage, event.step, steps)}`)
      }
      if (event.type !== 'done') continue
      const ops = profiled.take().map(withRate)
      if (i >= warmUps)
        runs.push({
          seconds: event.seconds,
          stages: event.timings,
          ...(switches.has('ops') && { ops }),
        })
    }
    progress.end()
  }
  const report = {
    device: engine.name,
    backend: engine.kind,
    storage: engine.half,
    model: values.model!,
    resolution: request.resolution ?? world.defaults.resolution,
    loadSeconds,
    peakBytes: engine.memory.peakBytes,
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
  const { values, switches } = given
  const common = { engine, offloadText: switches.has('offload-text'), onProgress, signal }
  if (values.weights === undefined) {
    if (values.model === 'full')
      throw new UsageError('bench: --model full has no weights of its own; add --weights random:1')
    return loadModel({ ...common, source: (await givenModel(given)).source })
  }
  const seed = /^random:(\d+)$/.exec(values.weights)?.[1]
  if (seed === undefined)
    throw new UsageError(`--weights: expected random:SEED, got '${values.weights}'`)
  if (values.model !== 'full')
    throw new UsageError('--weights: random weights are made for --model full')
  return randomModel({
    ...common,
    configs: publishedConfigs,
    features: publishedFeatures,
    seed: Number(seed),
  })
}

type RatedOp = ReturnType<typeof withRate>

const withRate = (profile: OpProfile) => ({
  ...profile,
  ...(profile.flops !== undefined &&
    profile.seconds && { gflopsPerSecond: profile.flops / profile.seconds / 1e9 }),
})

interface Report {
  readonly device: string
  readonly storage: string
  readonly resolution: readonly number[]
  readonly loadSeconds: number
  readonly peakBytes: number
  readonly runs: readonly Run[]
}

interface Run {
  readonly seconds: number
  readonly stages: Readonly<Record<string, number>>
  readonly ops?: readonly RatedOp[]
}

const words = ({ device, storage, resolution, loadSeconds, peakBytes, runs }: Report) =>
  [
    `${device}, ${storage} storage, ${resolution.join(' x ')}`,
    `weights on the device in ${loadSeconds.toFixed(1)} s, peak ${(peakBytes / 2 ** 30).toFixed(2)} GiB`,
    ...runs.flatMap(({ seconds, stages, ops = [] }) => {
      const parts = Object.entries(stages).map(([stage, s]) => `${stage} ${s.toFixed(3)}`)
      return [`${seconds.toFixed(2)} s a scene: ${parts.join(', ')}`, ...ops.map(opWords)]
    }),
  ].join('\n')

function opWords({ op, calls, seconds, flops, gflopsPerSecond }: RatedOp): string {
  const time = seconds === undefined ? '' : `${seconds.toFixed(3)} s`
  const work = flops === undefined ? '' : `${(flops / 1e9).toFixed(2)} GFLOP`
  const rate = gflopsPerSecond === undefined ? '' : `${gflopsPerSecond.toFixed(1)} GFLOP/s`
  return `  ${op.padEnd(16)} ${String(calls).padStart(5)} calls ${time.padStart(9)} ${work.padStart(14)} ${rate.padStart(15)}`.trimEnd()
}
