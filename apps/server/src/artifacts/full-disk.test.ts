import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { encodePng } from 'flashworld/node'
import { readOptions } from '../options.ts'
import { startServer } from '../start.ts'
import { freePort } from '../../test/postgres.ts'
import { codeOf, json, serve } from '../../test/serve.ts'

/** A disk of a few megabytes of its own, where this may make one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'flashworld-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
}

const disk = process.platform === 'linux' ? smallDisk() : undefined

/** Takes no writes any more, as a disk that fails. Answers how it does again. */
function readOnly(folder: string): () => void {
  execFileSync('mount', ['--bind', folder, folder])
  execFileSync('mount', ['-o', 'remount,bind,ro', folder])
  return () => execFileSync('umount', ['-l', folder])
}

/** Writes until nothing more goes. */
function fill(folder: string): string {
  const name = join(folder, 'filling')
  const file = openSync(name, 'w')
  try {
    for (let size = 65_536; size >= 1; size /= 2) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size))
      } catch {
        // and a smaller piece
      }
    }
  } finally {
    closeSync(file)
  }
  return name
}

const noise = {
  width: 128,
  height: 128,
  rgba: new Uint8ClampedArray(128 * 128 * 4).map((_, i) => (i * 7919) % 251),
}
const png = Buffer.from(await encodePng(noise))

describe.skipIf(disk === undefined)('on a disk that is full', () => {
  test('what would be written is refused by 503, what is there is told, and with room it goes on', async () => {
    onTestFinished(() => {
      execFileSync('umount', ['-l', disk!])
      rmSync(disk!, { recursive: true, force: true })
    })
    const options = readOptions({
      port: '0',
      data: disk!,
      backend: 'wasm',
      drain: '0',
      'min-free-disk': '0',
      'rate-limit': '0',
    })
    const server = await startServer(options, pino({ level: 'silent' }), {
      engineProgram: new URL('../../test/tiny-engine.ts', import.meta.url),
      policy: { leaseMs: 1000, maxAttempts: 100 },
    })
    onTestFinished(() => server.stop(0))
    const at = (path: string) => `${server.url}${path}`
    const submit = async (body: object) => {
      const answer = await fetch(at('/v1/scenes'), json(body))
      return {
        status: answer.status,
        body: (await answer.json()) as { id: string; error?: { code: string } },
      }
    }
    const stateOf = async (id: string) =>
      ((await (await fetch(at(`/v1/scenes/${id}`))).json()) as { state: string }).state
    const before = await submit({ prompt: 'before' })
    await expect.poll(() => stateOf(before.body.id)).toBe('completed')
    const held = await submit({ prompt: 'hold' })
    await expect.poll(() => stateOf(held.body.id)).toBe('running')

    const filling = fill(disk!)
    const since = performance.now()
    const form = () => {
      const data = new FormData()
      data.append('files', new Blob([png]), 'a.png')
      return data
    }
    const refused = [
      await fetch(at('/v1/scenes'), json({ image: png.toString('base64') })),
      await fetch(at('/v1/scenes'), json({ prompt: 'a'.repeat(9000) })),
      await fetch(at('/gradio_api/upload'), { method: 'POST', body: form() }),
    ]
    for (const answer of refused)
      expect([answer.status, await answer.text()]).toEqual([
        503,
        expect.stringContaining('queue/disk-full'),
      ])
    const convert = new FormData()
    convert.append('file', new Blob([png]), 'a.ply')
    expect((await fetch(at('/v1/convert?to=spz'), { method: 'POST', body: convert })).status).toBe(
      503,
    )
    expect(await stateOf(before.body.id)).toBe('completed')
    expect((await fetch(at(`/v1/scenes/${before.body.id}/files/scene.ply`))).status).toBe(200)
    expect((await fetch(at('/v1/queue'))).status).toBe(200)
    expect(performance.now() - since).toBeLessThan(30_000)

    await rm(filling)
    const mended = readOnly(join(disk!, 'scenes'))
    const photographed = await fetch(at('/v1/scenes'), json({ image: png.toString('base64') }))
    expect([photographed.status, await codeOf(photographed)]).toEqual([503, 'data/read-only'])
    expect((await fetch(at(`/v1/scenes/${before.body.id}/files/scene.ply`))).status).toBe(200)
    mended()
    const after = await submit({ prompt: 'after' })
    expect(after.status).toBe(202)
    await fetch(at(`/v1/scenes/${held.body.id}/cancel`), { method: 'POST' })
    await expect.poll(() => stateOf(after.body.id)).toBe('completed')
    const { scenes } = (await (await fetch(at('/v1/scenes'))).json()) as {
      scenes: { id: string }[]
    }
    expect(scenes.map(({ id }) => id)).toEqual([after.body.id, held.body.id, before.body.id])
    expect(readdirSync(join(disk!, 'scenes', 'parts'))).toEqual([])
  })
})

test('uploads are refused, too, before the disk is full', async () => {
  await using server = await serve({ 'min-free-disk': '1000000t' })
  const upload = async (path: string, field: string, name: string) => {
    const form = new FormData()
    form.append(field, new Blob([png]), name)
    return fetch(`${server.url}${path}`, { method: 'POST', body: form })
  }
  expect((await upload('/gradio_api/upload', 'files', 'a.png')).status).toBe(503)
  expect(await codeOf(await upload('/v1/convert?to=spz', 'file', 'a.ply'))).toBe('queue/disk-full')
  expect(await codeOf(await upload('/v1/render', 'file', 'a.ply'))).toBe('queue/disk-full')
})

test('a link in the folder of scenes leads nowhere', async () => {
  await using server = await serve()
  const id = '00000000-0000-4000-8000-000000000000'
  await mkdir(join(server.data, 'scenes', id, '0'), { recursive: true })
  symlinkSync('/etc/passwd', join(server.data, 'scenes', id, '0', 'upload'))
  const answer = await fetch(`${server.url}/gradio_api/file=${id}/upload`)
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toContain('root:')
})

test.skipIf(process.platform === 'win32')(
  'with more connections than it may open, a server waits, and then goes on',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'flashworld-few-'))
    const port = await freePort()
    const program = fileURLToPath(new URL('../../test/process.ts', import.meta.url))
    const child = spawn(
      'sh',
      [
        '-c',
        'ulimit -n 64; exec "$@"',
        'sh',
        process.execPath,
        program,
        'serve',
        data,
        join(data, 'history'),
        String(port),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      rmSync(data, { recursive: true, force: true })
    })
    await once(child.stdout, 'data')
    const sockets = Array.from({ length: 200 }, () =>
      connect(port, '127.0.0.1').on('error', () => {}),
    )
    const url = `http://127.0.0.1:${port}`
    await fetch(`${url}/v1/scenes`, {
      ...json({ prompt: 'a' }),
      signal: AbortSignal.timeout(1000),
    }).catch(() => {})
    for (const socket of sockets) socket.destroy()
    await expect
      .poll(
        async () =>
          (await fetch(`${url}/v1/scenes`, json({ prompt: 'make' })).catch(() => undefined))
            ?.status,
      )
      .toBe(202)
    expect(child.exitCode).toBeNull()
  },
)
