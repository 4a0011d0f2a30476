import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { readOptions } from '../src/options.ts'
import { startServer } from '../src/start.ts'

/**
 * A server on a free port with a folder of its own, which only queues.
 * @param prepare what is done to the folder before
 */
export async function serve(
  flags: Readonly<Record<string, string>> = {},
  prepare: (data: string) => Promise<void> = async () => {},
) {
  const data = await mkdtemp(join(tmpdir(), 'flashworld-server-'))
  await prepare(data)
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) })
  const options = readOptions({
    port: '0',
    data,
    'max-concurrent': '0',
    'min-free-disk': '0',
    ...flags,
  })
  const server = await startServer(options, log as FastifyBaseLogger)
  const { port } = new URL(server.url)
  return {
    ...server,
    port: Number(port),
    data,
    /** What was logged. */
    lines,
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** Sends bytes as they are and gives all that comes back until the connection ends, or so long. */
export function talk(port: number, text: string | Uint8Array, ms = 5000): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, 'localhost', () => socket.write(text))
    const timer = setTimeout(() => socket.destroy(), ms)
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(heard)
    })
  })
}

/** The status of an answer as `talk` heard it. */
export const statusIn = (heard: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1])

export const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

export const codeOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string } }).error.code
