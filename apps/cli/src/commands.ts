import type { Command } from './command.ts'

/** Each command by name; its code is loaded only when it is called. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  generate: async () => (await import('./commands/generate.ts')).generateCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  render: async () => (await import('./commands/render.ts')).renderCommand,
  batch: async () => (await import('./commands/batch.ts')).batchCommand,
  convert: async () => (await import('./commands/convert.ts')).convertCommand,
  info: async () => (await import('./commands/info.ts')).infoCommand,
  cameras: async () => (await import('./commands/cameras.ts')).camerasCommand,
  compare: async () => (await import('./commands/compare.ts')).compareCommand,
  models: async () => (await import('./commands/models/index.ts')).modelsCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  worker: async () => (await import('./commands/worker.ts')).workerCommand,
  token: async () => (await import('./commands/token.ts')).tokenCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  bench: async () => (await import('./commands/bench.ts')).benchCommand,
}
