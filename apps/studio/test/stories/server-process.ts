import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))

/** `flashworld serve` with the embedded model, as people run it: a process of its own, which can be killed. */
export interface ServerProcess {
  readonly url: string
  /** At once, as a power cut does; what it had queued stays on disk. */
  kill(): Promise<void>
  /** On the same port, with the same data. */
  start(): Promise<void>
  close(): Promise<void>
}

/** @param options further ones of `serve` */
export async function serveStudio(options: readonly string[] = []): Promise<ServerProcess> {
  const data = await mkdtemp(join(tmpdir(), 'flashworld-story-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  let child: ChildProcess | undefined

  const start = async () => {
    const started = spawn(
      process.execPath,
      [
        program,
        'serve',
        ...['--port', String(port), '--data', data, '--backend', 'wasm', ...options],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    )
    child = started
    let said = ''
    started.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
    for (;;) {
      if (started.exitCode !== null) throw new Error(`the server ended: ${said}`)
      // whatever it says: it may want a token
      const answers = await fetch(`${url}/v1/models`).then(
        ({ status }) => status < 500,
        () => false,
      )
      if (answers) return
      await wait(100)
    }
  }
  const kill = async () => {
    const killed = child
    if (!killed || killed.exitCode !== null || killed.signalCode !== null) return
    const exited = once(killed, 'exit')
    // its workers and engines too
    process.kill(-killed.pid!, 'SIGKILL')
    await exited
  }

  await start()
  return {
    url,
    start,
    kill,
    async close() {
      await kill()
      await rm(data, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
