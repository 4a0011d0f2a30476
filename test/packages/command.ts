import { strict as assert } from 'node:assert'
import { execSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'flashworld/client'
import { freePort } from '../../apps/server/test/postgres.ts'
import type { Consumer } from './consumer.ts'

/** `npx flashworld` in an empty folder: a scene, another format of it, and a server that makes one. */
export async function proveCommand(consumer: Consumer): Promise<string> {
  const start = performance.now()
  const scene = ['a red house on grass', '--resolution', '8x64x64', '--seed', '1']
  const printed = await consumer.run(
    ...(['npx', 'flashworld', 'generate', ...quoted(scene)] as const),
    ...['--backend', 'wasm', '--out', 'house.spz'],
  )
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  assert.match(printed, /Fetching @flashworld\/cli/)
  await consumer.run('npx', 'flashworld', 'convert', 'house.spz', 'house.ply')
  const ply = await readFile(join(consumer.folder, 'house.ply'))
  assert.match(ply.subarray(0, 1000).toString('latin1'), /^ply\n/)
  const place = /add --prefix (.*): this command line is there/
  await assert.rejects(consumer.run('npx', 'flashworld', 'convert', 'house.spz', 'a.html'), place)
  const { size } = await stat(join(consumer.folder, 'house.spz'))
  const served = await proveServer(consumer)
  const fetchedNode = /fetching Node 24/.test(printed) ? ', Node 24 fetched' : ''
  return `first scene after ${seconds} s${fetchedNode}, ${size} bytes; one of ${served} by its server`
}

/** Shells of Windows split at spaces. */
const quoted = (words: readonly string[]) =>
  process.platform === 'win32' ? words.map((word) => `"${word}"`) : words

async function proveServer(consumer: Consumer): Promise<number> {
  const port = await freePort()
  const server = consumer.start('npx', 'flashworld', 'serve', '--port', String(port))
  try {
    const url = `http://localhost:${port}`
    await answered(url)
    assert.match(await (await fetch(url)).text(), /<script type="module"/)
    const client = createClient({ url })
    const { id } = await client.scenes.create({ prompt: 'a tower', resolution: [8, 64, 64] })
    for await (const { type } of client.events(id)) assert.notEqual(type, 'failed')
    return (await (await client.scenes.file(id, 'scene.spz')).arrayBuffer()).byteLength
  } finally {
    const ended = once(server, 'exit')
    if (process.platform === 'win32') execSync(`taskkill /pid ${server.pid!} /t /f`)
    else process.kill(-server.pid!, 'SIGTERM')
    await ended
  }
}

async function answered(url: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const response = await fetch(`${url}/healthz`).catch(() => undefined)
    if (response?.ok) return
    await sleep(500)
  }
  throw new Error(`${url} did not answer within two minutes`)
}
