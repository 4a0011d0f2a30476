import { cpus, totalmem } from 'node:os'
import { inspectBackends } from 'flashworld/node'
import type { Command } from '../command.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Tells which backends this machine has, their limits, and how to get what is missing',
  options: { json: { summary: 'as JSON' } },
  async run({ switches }) {
    const report = {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      cpu: { model: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
      backends: await inspectBackends(),
    }
    if (switches.has('json')) {
      console.log(JSON.stringify(report, null, 2))
      return 0
    }
    console.log(`Node ${report.node}, ${report.platform}`)
    console.log(
      `CPU: ${report.cpu.cores} x ${report.cpu.model}, ${(report.cpu.memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    )
    for (const { name, available, description, limits, advice } of report.backends) {
      console.log(`${available ? '✓' : '✗'} ${name}: ${description}`)
      for (const [limit, value] of Object.entries(limits)) console.log(`    ${limit}: ${value}`)
      for (const line of advice) console.log(`    → ${line}`)
    }
    return 0
  },
}
