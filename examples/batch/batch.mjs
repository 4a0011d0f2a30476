// A folder of requests, made by however many workers a server has: `node batch.mjs requests scenes`.
//
// Requests are JSON files, with photographs beside them; scenes are NAME.spz. Run again it goes on: what is there is not
// made again, and what a server has in the making is found by its key, not asked for twice.
// FLASHWORLD_URL says where the server is, FLASHWORLD_TOKEN its token.
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createClient } from 'flashworld/client'
import { readRequest } from 'flashworld/node'

const [requests = 'requests', scenes = 'scenes'] = process.argv.slice(2)
const { FLASHWORLD_URL: url = 'http://localhost:7860', FLASHWORLD_TOKEN: token } = process.env
const client = createClient({ url, token })

/** Submits a request, follows it, and fetches its scene, whole or not at all. */
async function make(name) {
  const file = join(scenes, `${name}.spz`)
  if (existsSync(file)) return `${file}: is there`
  const request = await readRequest(join(requests, `${name}.json`))
  const key = createHash('sha256').update(JSON.stringify(request)).digest('hex')
  const { id } = await client.scenes.create(request, { idempotencyKey: key })
  for await (const event of client.events(id)) {
    if (event.type === 'started') console.log(`${name}: started`)
    if (event.type === 'failed') throw new Error(`${name}: ${event.message}`)
    if (event.type === 'cancelled') throw new Error(`${name}: cancelled`)
  }
  const { body } = await client.scenes.file(id, 'scene.spz')
  await pipeline(body, createWriteStream(`${file}.part`))
  await rename(`${file}.part`, file)
  return `${file}: made`
}

await mkdir(scenes, { recursive: true })
const names = (await readdir(requests))
  .filter((name) => name.endsWith('.json'))
  .map((name) => basename(name, '.json'))

// all at once: the server's queue gives each worker the next
const results = await Promise.allSettled(names.map(make))
for (const { value, reason } of results) console.log(value ?? reason.message)
process.exitCode = results.some(({ status }) => status === 'rejected') ? 1 : 0
