import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { TokenRecord } from '../src/access/tokens.ts'
import { writeTokens } from '../src/access/tokens.ts'
import { readOptions } from '../src/options.ts'
import type { RunningServer } from '../src/start.ts'
import { startServer } from '../src/start.ts'

/** A whole server on a free port whose engine takes its time over scenes of two Gaussians. `stop` takes its folder with it. */
export async function serveSlow(
  flags: Readonly<Record<string, string>> = {},
  tokens: readonly TokenRecord[] = [],
): Promise<RunningServer> {
  const data = await mkdtemp(join(tmpdir(), 'flashworld-server-'))
  if (tokens.length > 0) await writeTokens(join(data, 'tokens.json'), tokens)
  const options = readOptions({
    port: '0',
    data,
    backend: 'wasm',
    'min-free-disk': '0',
    drain: '0',
    ...flags,
  })
  const server = await startServer(options, pino({ level: 'silent' }), {
    engineProgram: new URL('./slow-engine.ts', import.meta.url),
  })
  return {
    ...server,
    async stop() {
      await server.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}
