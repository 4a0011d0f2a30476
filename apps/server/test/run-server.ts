import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { readOptions } from '../src/options.ts'
import type { RunningServer } from '../src/start.ts'
import type { Parts } from '../src/start-workers.ts'
import { startServer } from '../src/start.ts'

interface Given {
  /** Options by flag. */
  readonly flags?: Readonly<Record<string, string>>
  /** The embedded model in place of the fake engine. */
  readonly real?: boolean
  readonly parts?: Parts
  /** A folder that a server before had. */
  readonly data?: string
}

/** A server on a free port with a folder of its own, until the test has finished. */
export async function runServer({
  flags = {},
  real = false,
  parts,
  data: given,
}: Given = {}): Promise<
  RunningServer & { readonly data: string; readonly lines: readonly string[] }
> {
  const lines: string[] = []
  const log = pino({}, { write: (line) => void lines.push(line) }) as FastifyBaseLogger
  const data = given ?? (await mkdtemp(join(tmpdir(), 'flashworld-server-')))
  const options = readOptions({
    ...{ port: '0', backend: 'wasm', drain: '0', 'min-free-disk': '0', 'rate-limit': '0' },
    data,
    ...flags,
  })
  const programs = real ? {} : { engineProgram: new URL('./tiny-engine.ts', import.meta.url) }
  const server = await startServer(options, log, { ...programs, ...parts })
  onTestFinished(async () => {
    await server.stop()
    await rm(data, { recursive: true, force: true })
  })
  return { ...server, data, lines }
}
