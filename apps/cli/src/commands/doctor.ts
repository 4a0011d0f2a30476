import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import type { BackendReport, PartReport } from 'flashworld/node'
import { inspectBackends, inspectModel, inspectPackages, publishedModels } from 'flashworld/node'
import type { PublishedPlan } from 'flashworld/lab'
import { publishedPlans } from 'flashworld/lab'
import type { Command } from '../command.ts'
import { planWords } from '../plan-words.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Tells what this machine has of what the work needs, and how to get what is missing',
  options: {
    model: { value: 'MODEL', summary: 'also looks into this model: a name, a .ckpt or a folder' },
  },
  examples: ['npx flashworld doctor', 'npx flashworld doctor --model /models/flashworld --json'],
  async run({ values }, { output }) {
    const needed = ['mini', ...(values.model === undefined ? [] : [values.model])]
    const names = new Set([...needed, ...publishedModels.keys()])
    const models = new Map(
      await Promise.all([...names].map(async (name) => [name, await inspectModel(name)] as const)),
    )
    const report = {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      cpu: { model: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
      memory: { bytes: totalmem(), freeBytes: freemem() },
      backends: await inspectBackends(),
      models: [...models.values()],
      plans: await publishedPlans(),
      packages: await inspectPackages(),
    }
    output.tell({ type: 'result', ...report }, inWords(report))
    return needed.every((name) => models.get(name)!.available) ? 0 : 1
  },
}

interface Report {
  readonly node: string
  readonly platform: string
  readonly cpu: { readonly model: string; readonly cores: number }
  readonly memory: { readonly bytes: number; readonly freeBytes: number }
  readonly backends: readonly BackendReport[]
  readonly models: readonly PartReport[]
  readonly plans: readonly PublishedPlan[]
  readonly packages: readonly PartReport[]
}

function inWords({
  node,
  platform,
  cpu,
  memory,
  backends,
  models,
  plans,
  packages,
}: Report): string {
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  return [
    `Node ${node}, ${platform}`,
    `CPU: ${cpu.cores} x ${cpu.model}`,
    `Memory: ${gibibytes(memory.bytes)}, ${gibibytes(memory.freeBytes)} of it free`,
    '',
    'Where to compute (--backend; auto takes the first that is there)',
    ...backends.flatMap((backend) => [
      ...partWords(backend),
      ...Object.entries(backend.limits).map(([limit, value]) => `      ${limit}: ${value}`),
    ]),
    '',
    'Models (--model)',
    ...models.flatMap(partWords),
    '',
    'GPU memory for a scene of 24 x 480 x 704 with the published model (--memory; auto takes what is there)',
    ...plans.map(planLine),
    '',
    'Optional packages',
    ...packages.flatMap(partWords),
  ].join('\n')
}

const planLine = ({ precision, gibibytes, peakBytes, seconds, ...plan }: PublishedPlan) => {
  const peak = `${(peakBytes / 2 ** 30).toFixed(1)} GiB`.padStart(8)
  const longer = seconds > 0 ? `, some ${seconds.toFixed(1)} s longer on an H100` : ''
  const option = `--memory ${gibibytes}`.padEnd(11)
  return `  ${option} ${precision.padEnd(4)} ${peak}: ${planWords(plan)}${longer}`
}

const partWords = ({ name, available, description, advice }: PartReport): string[] => [
  `  ${available ? '✓' : '✗'} ${name}: ${description}`,
  ...advice.map((line) => `      → ${line}`),
]
