import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { basename, resolve } from 'node:path'
import type { BackendReport, PartReport } from 'flashworld/node'
import { embeddedModel, inspectBackends, inspectModel, inspectPackages } from 'flashworld/node'
import type { Command } from '../command.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Tells what this machine has of what the work needs, and how to get what is missing',
  options: {
    model: { value: 'DIR', summary: "also looks into this checkpoint's folder" },
  },
  examples: ['npx flashworld doctor', 'npx flashworld doctor --model /models/flashworld --json'],
  async run({ values }, { output }) {
    const folder = values.model
    const report = {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      cpu: { model: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
      memory: { bytes: totalmem(), freeBytes: freemem() },
      backends: await inspectBackends(),
      models: [
        await inspectModel('mini', embeddedModel),
        ...(folder === undefined ? [] : [await inspectModel(basename(resolve(folder)), folder)]),
      ],
      packages: await inspectPackages(),
    }
    output.tell({ type: 'result', ...report }, inWords(report))
    return report.models.every(({ available }) => available) ? 0 : 1
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
