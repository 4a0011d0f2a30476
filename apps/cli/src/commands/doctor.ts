import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import type { BackendReport, PartReport } from 'flashworld/node'
import { inspectBackends, inspectModel, inspectPackages, publishedModels } from 'flashworld/node'
import type { Command } from '../command.ts'

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
  readonly packages: readonly PartReport[]
}

function inWords({ node, platform, cpu, memory, backends, models, packages }: Report): string {
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
    'Optional packages',
    ...packages.flatMap(partWords),
  ].join('\n')
}

const partWords = ({ name, available, description, advice }: PartReport): string[] => [
  `  ${available ? '✓' : '✗'} ${name}: ${description}`,
  ...advice.map((line) => `      → ${line}`),
]
