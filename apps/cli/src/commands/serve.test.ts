import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveOptions } from '@flashworld/server/options'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../test/run-command.ts'
import { parseCommand } from '../command.ts'
import { givenServerOptions } from '../server-options.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flashworld-serve-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const optionsOf = (...args: string[]) => givenServerOptions(parseCommand(serveCommand, args))

test('has the options of the server, by their names and the published ones', () => {
  expect(Object.keys(serveCommand.options)).toEqual([...serveOptions, 'config'])
  expect(
    optionsOf(
      ...['--port', '7000', '--gpu', '1', '--cache_dir', '/scenes', '--max_concurrent', '3'],
      ...['--memory', '12', '--offload_t5', '--offload_vae', '--offload_transformer_during_vae'],
      ...['--ckpt', '/models/flashworld'],
    ),
  ).toMatchObject({
    port: 7000,
    gpu: ['1'],
    data: '/scenes',
    maxConcurrent: 3,
    memory: 12,
    offloadText: true,
    offloadVae: true,
    offloadTransformerDuringVae: true,
    model: '/models/flashworld',
  })
})

test('flags win over the file of --config, which wins over defaults', async () => {
  const file = join(folder, 'server.json')
  await writeFile(file, '{"port": 8000, "max-body": "1m"}')
  expect(optionsOf('--config', file, '--port', '9000')).toMatchObject({
    port: 9000,
    maxBody: 2 ** 20,
    maxConcurrent: 1,
  })
})

test('a token is shown once, kept as its hash by its owner alone, listed and removed', async () => {
  const data = ['--data', folder]
  const token = await runCommand(tokenCommand, 'create', 'studio', '--scope', 'read', ...data)
  expect(token).toMatch(/^fw_[\w-]{43}$/)
  const file = join(folder, 'tokens.json')
  expect(await readFile(file, 'utf8')).not.toContain(token)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await runCommand(tokenCommand, 'list', ...data)).toBe('studio: read')
  await expect(runCommand(tokenCommand, 'create', 'studio', ...data)).rejects.toThrow(/already/)
  await expect(runCommand(tokenCommand, 'create', 'a/b', ...data)).rejects.toThrow(/a name of/)
  await expect(runCommand(tokenCommand, 'create', 'b', '--scope', 'root', ...data)).rejects.toThrow(
    /one of generate, read, admin/,
  )
  await runCommand(tokenCommand, 'remove', 'studio', ...data)
  expect(await runCommand(tokenCommand, 'list', ...data)).toBe('')
  await expect(runCommand(tokenCommand, 'remove', 'studio', ...data)).rejects.toThrow(/none named/)
})

describe('as a process', () => {
  const children: ChildProcess[] = []
  afterAll(() => children.forEach((child) => child.kill('SIGKILL')))

  /** Serves until the first line on standard output is there. */
  async function serve(...args: string[]) {
    const data = await mkdtemp(join(folder, 'data-'))
    const child = spawn(
      process.execPath,
      ['apps/cli/src/main.ts', 'serve', '--json', '--port', '0', '--data', data, ...args],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    children.push(child)
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)))
    const ended = new Promise<number | string | null>((resolve) =>
      child.once('close', (code, signal) => resolve(signal ?? code)),
    )
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (line: Buffer) =>
        resolve((JSON.parse(String(line).split('\n')[0]!) as { url: string }).url),
      )
      child.once('close', () => reject(new Error(err)))
    })
    /** Waits for a note of the server's. */
    const said = async (note: string) => {
      for await (const line of child.stdout) if (String(line).includes(note)) return
    }
    return { child, url, ended, said, err: () => err }
  }

  test('serves, drains at the first SIGTERM and ends well', async () => {
    const { child, url, ended, err } = await serve('--max-concurrent', '0')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(err()).not.toMatch(/Warning/i)
  })

  test('ends at once at the second signal, while a job runs that would take far longer', async () => {
    const { child, url, ended, said } = await serve('--backend', 'wasm', '--drain', '1h')
    const answer = await fetch(`${url}/v1/scenes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a red house', resolution: [24, 256, 384] }),
    })
    const { id } = (await answer.json()) as { id: string }
    const events = await fetch(`${url}/v1/scenes/${id}/events`)
    for await (const chunk of events.body!)
      if (new TextDecoder().decode(chunk as Uint8Array).includes('event: started')) break
    child.kill('SIGTERM')
    await said('stopping')
    const second = performance.now()
    child.kill('SIGTERM')
    expect(await ended).toBe('SIGTERM')
    expect(performance.now() - second).toBeLessThan(10_000)
  })

  test('the commands of docs/serving.md are taken as they stand', async () => {
    const text = await readFile('docs/serving.md', 'utf8')
    const commands = [...text.matchAll(/^```sh server[^\n]*\n(npx [\s\S]*?)\n```$/gm)].flatMap(
      ([, block]) => block!.split('\n'),
    )
    expect(commands.map((command) => command.split(' ').slice(1, 3).join(' '))).toEqual([
      ...['flashworld token', 'flashworld serve', 'flashworld serve'],
    ])
    const data = await mkdtemp(join(folder, 'documented-'))
    for (const command of commands) {
      const isServe = command.includes(' serve ')
      const here = command
        .replace('npx flashworld', `exec ${process.execPath} apps/cli/src/main.ts`)
        .replace('/var/lib/flashworld', data)
        .concat(isServe ? ' --port 0 --max-concurrent 0 --json' : '')
        .concat(isServe && !command.includes('--data') ? ` --data ${data}` : '')
      const child = spawn('sh', ['-c', here], { stdio: ['ignore', 'pipe', 'pipe'] })
      children.push(child)
      const ended = once(child, 'close')
      const err: Buffer[] = []
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
      const [said] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer | number]
      expect(String(said), `${command}: ${String(Buffer.concat(err))}`).toMatch(
        isServe ? /"url":/ : /fw_[\w-]{43}/,
      )
      if (isServe) child.kill('SIGTERM')
      expect(await ended, command).toEqual([0, null])
    }
  })
})
