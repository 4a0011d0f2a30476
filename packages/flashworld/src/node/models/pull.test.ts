import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { lstat, mkdir, readFile, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openCheckpoint } from '@flashworld/models'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fault, HubRequest, HubServer } from '../../../test/hub-server.ts'
import { checkpoint, refuse, sha256, startHub, wan } from '../../../test/hub-server.ts'
import { checkSpace, freeBytes } from './disk-space.ts'
import { cachedRepository } from './hub-cache.ts'
import { wanted } from './hub-listing.ts'
import type { Hub, Patience } from './hub-request.ts'
import { mayFollow } from './hub-request.ts'
import { hubSettings } from './hub-settings.ts'
import { publishedModels } from './known-models.ts'
import { publishedSource } from './published-files.ts'
import { partOf } from './fetch-file.ts'
import type { PullOptions } from './pull.ts'
import { fetchPublished, planPull } from './pull.ts'

const model = publishedModels.get('flashworld')!
const patience: Patience = {
  ...{ tries: 4, backoff: 5, longestWait: 5000 },
  ...{ answer: 30_000, window: 30_000, leastBytes: 4096 },
}

/** For tests of slowness alone: others may run on a busy machine. */
const littlePatience: Patience = { ...patience, answer: 1000, window: 1000 }

let server: HubServer
let home: string
beforeEach(async () => {
  server = await startHub()
  home = mkdtempSync(join(tmpdir(), 'flashworld-hub-'))
})
afterEach(async () => {
  await server.close()
  rmSync(home, { recursive: true, force: true })
})

const hubWith = (env: Record<string, string> = {}): Hub => ({
  ...hubSettings({ HF_HOME: home, HF_ENDPOINT: server.url, ...env }),
  patience,
})

async function pull(
  env: Record<string, string> = {},
  { patience, ...options }: PullOptions & { readonly patience?: Patience } = {},
) {
  const hub = { ...hubWith(env), ...(patience && { patience }) }
  return fetchPublished(await planPull(model, hub, options), hub, options)
}

/** Every file is there, bit for bit, and nothing else is. */
async function expectAll(files: Awaited<ReturnType<typeof pull>>['files']) {
  expect([...files.keys()].sort()).toEqual([...server.files.keys()].sort())
  for (const [name, { path, bytes, sha256: hash, from }] of files) {
    const content = server.files.get(name)!
    expect(sha256(await readFile(path)), name).toBe(sha256(content))
    expect(bytes).toBe(content.length)
    if (hash !== undefined) expect(hash).toBe(sha256(content))
    expect(from).toEqual({
      repository: name === 'model.ckpt' ? checkpoint.repository : wan.repository,
      revision: name === 'model.ckpt' ? checkpoint.commit : wan.commit,
    })
  }
  const known = /^(token|hub|hub\/models--[^/]+(\/(blobs|snapshots|refs).*)?|hub\/\.locks.*)$/
  const all = readdirSync(home, { recursive: true }).map(String)
  expect(all.filter((name) => !known.test(name))).toEqual([])
  expect(all.filter((name) => /escaped|README|incomplete|0000/.test(name))).toEqual([])
}

const isFile = ({ place, name }: HubRequest, wantedName: string) =>
  place === 'store' && name === wantedName

/** From where a file was asked for, request by request. */
const startsOf = (name: string) =>
  server.requests.filter((request) => isFile(request, name)).map(({ start }) => start)

/** The first so many requests of a file get something else. */
function atFirst(
  count: number,
  name: string,
  answer: (response: ServerResponse, bytes: Buffer, request: HubRequest) => void,
): Fault {
  let times = 0
  return (request, response, bytes) => {
    if (!isFile(request, name) || times++ >= count) return false
    answer(response, bytes, request)
    return true
  }
}

const vae = 'vae/diffusion_pytorch_model.safetensors'

test('what is fetched is the whole model, in the cache that Python shares, and nothing else', async () => {
  const { files } = await pull()
  await expectAll(files)
  const { path } = files.get(vae)!
  const content = sha256(server.files.get(vae)!)
  const place = cachedRepository(join(home, 'hub'), wan.repository)
  expect(path).toBe(join(place.folder, 'snapshots', wan.commit, vae))
  expect(await readlink(path)).toBe(`../../../blobs/${content}`)
  expect((await lstat(place.blob(content))).isFile()).toBe(true)
  expect(await readFile(join(place.folder, 'refs', 'main'), 'utf8')).toBe(wan.commit)
  const asked = server.requests.filter(({ kind }) => kind === 'file').map(({ name }) => name)
  expect([...new Set(asked)].sort()).toEqual([...server.files.keys()].sort())
})

test('the files load as one checkpoint', async () => {
  const source = publishedSource(await pull())
  const { transformer, textEncoder, configs } = await openCheckpoint(source)
  expect(transformer.tensors.size).toBeGreaterThan(10)
  expect(textEncoder.tensors.size).toBeGreaterThan(10)
  expect(configs.transformer).toHaveProperty('num_layers')
})

test('a plan tells sizes, licences and what is here; a second pull asks for no file', async () => {
  const hub = hubWith()
  const before = await planPull(model, hub)
  expect(before.files.map(({ here }) => here)).toEqual(before.files.map(() => 0))
  expect(before.listings.map(({ licence }) => licence)).toEqual(['not stated', 'apache-2.0'])
  await fetchPublished(before, hub)
  const after = await planPull(model, hub)
  expect(after.files.every(({ bytes, here }) => bytes === here)).toBe(true)
  const count = server.requests.filter(({ kind }) => kind === 'file').length
  await expectAll((await fetchPublished(after, hub)).files)
  expect(server.requests.filter(({ kind }) => kind === 'file').length).toBe(count)
})

describe('the line', () => {
  test('a body that breaks off goes on where it ended', async () => {
    server.fault = atFirst(3, vae, (response, bytes, { start }) => {
      const status = start > 0 ? 206 : 200
      response.writeHead(status, {
        'content-length': bytes.length - start,
        ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
      })
      response.write(bytes.subarray(start, start + 300_000), () => response.destroy())
    })
    await expectAll((await pull()).files)
    const starts = startsOf(vae)
    expect(starts).toHaveLength(4)
    expect(starts[0]).toBe(0)
    expect(starts.slice(1).every((start, i) => start > starts[i]!)).toBe(true)
  })

  test('any number of breaks is borne as long as each connection brings something', async () => {
    server.fault = (request, response, bytes) => {
      if (!isFile(request, vae) || bytes.length - request.start < 200_000) return false
      const { start } = request
      response.writeHead(start > 0 ? 206 : 200, {
        ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
        'content-length': bytes.length - start,
      })
      response.write(bytes.subarray(start, start + 150_000), () => response.destroy())
      return true
    }
    await expectAll((await pull()).files)
    expect(startsOf(vae).length).toBeGreaterThan(patience.tries)
  })

  test('a body that is cut short though it ends in order goes on', async () => {
    server.fault = atFirst(1, vae, (response, bytes) =>
      response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(bytes.subarray(0, 1000)),
    )
    await expectAll((await pull()).files)
  })

  test('a server that knows no ranges sends all again, and that is what counts', async () => {
    let times = 0
    server.fault = (request, response, bytes) => {
      if (!isFile(request, vae)) return false
      response.writeHead(200, { 'content-length': bytes.length })
      if (times++ === 0) response.write(bytes.subarray(0, 100_000), () => response.destroy())
      else response.end(bytes)
      return true
    }
    await expectAll((await pull()).files)
    expect(startsOf(vae)).toHaveLength(2)
  })

  test.each([
    ['another range', (bytes: Buffer) => `bytes 5-${bytes.length - 1}/${bytes.length}`],
    ['another size', (bytes: Buffer) => `bytes 1000-${bytes.length}/${bytes.length + 1}`],
    ['no range', () => undefined],
  ])('206 with %s is not taken', async (_, range) => {
    server.fault = atFirst(2, vae, (response, bytes, { start }) => {
      if (start === 0) {
        response.writeHead(200, { 'content-length': bytes.length })
        return void response.write(bytes.subarray(0, 1000), () => response.destroy())
      }
      const header = range(bytes)
      response.writeHead(206, header === undefined ? {} : { 'content-range': header })
      response.end(bytes.subarray(5))
    })
    await expectAll((await pull()).files)
    // nothing of it was written
    expect(startsOf(vae)).toEqual([0, 1000, 1000])
  })

  test('416 to what is left begins again', async () => {
    const part = partOf(
      cachedRepository(join(home, 'hub'), wan.repository).blob(sha256(server.files.get(vae)!)),
    )
    await expect(
      pull(
        {},
        {
          onProgress: ({ name, done }) => {
            if (name === vae && done > 100_000) throw new Error('stop')
          },
        },
      ),
    ).rejects.toThrow('stop')
    expect((await stat(part)).size).toBeGreaterThan(0)
    server.fault = atFirst(1, vae, (response) => response.writeHead(416).end())
    await expectAll((await pull()).files)
  })

  test('a slow drip is given up and taken up again; for ever slow, it is told', async () => {
    const drip = (response: ServerResponse, bytes: Buffer, { start }: HubRequest) => {
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': bytes.length - start,
        ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
      })
      let at = start
      const timer = setInterval(() => response.write(bytes.subarray(at, ++at)), 20)
      response.once('close', () => clearInterval(timer))
    }
    server.fault = atFirst(2, vae, drip)
    await expectAll((await pull({}, { patience: littlePatience })).files)
    await rm(join(home, 'hub'), { recursive: true })
    server.fault = atFirst(Infinity, vae, drip)
    await expect(pull({}, { patience: littlePatience })).rejects.toMatchObject({
      code: 'hub/unreachable',
      message: /too slow/,
    })
    server.fault = undefined
    await expectAll((await pull({}, { patience: littlePatience })).files)
  })

  test('a server that never answers is told', async () => {
    server.fault = (request) => request.kind === 'info'
    await expect(pull({}, { patience: littlePatience })).rejects.toMatchObject({
      code: 'hub/unreachable',
      message: /no answer/,
    })
  })

  test('a hub that is not there is told; what is in the cache works without it', async () => {
    const nowhere = { HF_ENDPOINT: 'http://127.0.0.1:9' }
    await expect(pull(nowhere)).rejects.toMatchObject({ code: 'hub/unreachable' })
    await pull()
    await expectAll((await pull(nowhere)).files)
  })
})

describe('refusals', () => {
  test.each([429, 503])('%i with Retry-After is waited for', async (status) => {
    server.fault = atFirst(1, vae, (response) =>
      response.writeHead(status, { 'retry-after': '1' }).end(),
    )
    const waits: number[] = []
    await expectAll((await pull({}, { onWait: (ms) => waits.push(ms) })).files)
    expect(waits).toEqual([1000])
  })

  test('a date in Retry-After is waited for, too; a wait that is too long is told', async () => {
    let after = new Date(Date.now() + 1500).toUTCString()
    server.fault = atFirst(1, vae, (response) =>
      response.writeHead(429, { 'retry-after': after }).end(),
    )
    const waits: number[] = []
    await pull({}, { onWait: (ms) => waits.push(ms) })
    expect(waits[0]).toBeLessThanOrEqual(1500)
    await rm(join(home, 'hub'), { recursive: true })
    after = '3600'
    server.fault = atFirst(1, vae, (response) =>
      response.writeHead(429, { 'retry-after': after }).end(),
    )
    await expect(pull()).rejects.toMatchObject({ code: 'hub/busy', message: /429/ })
  })

  test('a gated repository without a token, and with the wrong one, is told; with the right one it works', async () => {
    server.token = 'hf_right'
    await expect(pull()).rejects.toMatchObject({
      code: 'hub/refused',
      message: /401.*no token was sent/,
    })
    await expect(pull({ HF_TOKEN: 'hf_wrong' })).rejects.toMatchObject({
      code: 'hub/refused',
      message: /403.*a token was sent/,
    })
    await writeFile(join(home, 'token'), 'hf_right\n')
    await expectAll((await pull()).files)
    const { requests } = server
    expect(requests.some(({ headers }) => headers.authorization === 'Bearer hf_right')).toBe(true)
    const told = requests.filter(({ place, headers }) => place === 'store' && headers.authorization)
    expect(told).toEqual([])
  })

  test('a repository, a revision or a file that is not there is told', async () => {
    server.fault = ({ kind }, response) =>
      kind === 'info' && (refuse(response, 404, 'RevisionNotFound'), true)
    await expect(pull()).rejects.toMatchObject({ code: 'hub/missing', message: /RevisionNotFound/ })
    server.fault = ({ kind }, response) =>
      kind === 'tree' &&
      (response.writeHead(200, { 'content-type': 'application/json' }).end('[]'), true)
    await expect(pull()).rejects.toMatchObject({ code: 'hub/missing', message: /model\.ckpt/ })
    server.fault = ({ name }, response) =>
      name === 'vae/config.json' && (refuse(response, 404, 'EntryNotFound'), true)
    await expect(pull()).rejects.toMatchObject({ code: 'hub/missing', message: /EntryNotFound/ })
  })

  test('an address that has expired is asked for anew', async () => {
    server.fault = atFirst(1, vae, (response) => response.writeHead(403).end())
    await expectAll((await pull()).files)
  })
})

describe('lies', () => {
  test('a content that is not what the hub told is fetched once more, then refused with both hashes', async () => {
    const wrong = (response: ServerResponse, bytes: Buffer) => {
      const other = Buffer.from(bytes)
      other[1000]! ^= 1
      response.writeHead(200, { 'content-length': bytes.length }).end(other)
    }
    server.fault = atFirst(1, vae, wrong)
    await expectAll((await pull()).files)
    await rm(join(home, 'hub'), { recursive: true })
    server.fault = atFirst(Infinity, vae, wrong)
    const content = sha256(server.files.get(vae)!)
    await expect(pull()).rejects.toMatchObject({
      code: 'hub/corrupt',
      message: new RegExp(`${content}, got [0-9a-f]{64}`),
    })
    const place = cachedRepository(join(home, 'hub'), wan.repository)
    expect(existsSync(place.blob(content))).toBe(false)
    expect(existsSync(partOf(place.blob(content)))).toBe(false)
    server.fault = undefined
    await expectAll((await pull()).files)
  })

  test('a small file that is not what the hub told is refused', async () => {
    server.fault = ({ name, kind }, response, bytes) =>
      kind === 'file' &&
      name === 'vae/config.json' &&
      (response.end(Buffer.alloc(bytes.length, 32)), true)
    await expect(pull()).rejects.toMatchObject({ code: 'hub/corrupt' })
  })

  test('a part that was packed on the way is not taken; a whole that was is', async () => {
    server.fault = atFirst(3, vae, (response, bytes, { start }) => {
      const packed = gzipSync(bytes.subarray(start))
      response.writeHead(start > 0 ? 206 : 200, {
        'content-encoding': 'gzip',
        ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
      })
      if (start > 0) response.end(packed)
      else response.write(packed.subarray(0, packed.length / 2), () => response.destroy())
    })
    await expectAll((await pull()).files)
    expect(startsOf(vae)).toHaveLength(4)
    await rm(join(home, 'hub'), { recursive: true })
    server.fault = atFirst(1, vae, (response, bytes) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes)),
    )
    await expectAll((await pull()).files)
  })

  test('an endless body is ended where the file should', async () => {
    server.fault = atFirst(Infinity, vae, (response, bytes) => {
      response.writeHead(200)
      const more = () => {
        while (response.write(bytes));
        response.once('drain', more)
      }
      more()
    })
    await expect(pull()).rejects.toMatchObject({ code: 'hub/response', message: /got more/ })
  })

  test('a server that sends the same beginning for ever is given up', async () => {
    server.fault = atFirst(Infinity, vae, (response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 200_000), () => response.destroy())
    })
    await expect(pull()).rejects.toMatchObject({ code: 'hub/unreachable' })
  })

  test('redirects to other kinds of places, and without end, are not followed', async () => {
    const to =
      (location: string): Fault =>
      ({ name }, response) =>
        name === 'model.ckpt' && (response.writeHead(302, { location }).end(), true)
    for (const location of [
      'file:///etc/passwd',
      'ftp://127.0.0.1/x',
      'http://[',
      `/${checkpoint.repository}/resolve/${checkpoint.commit}/model.ckpt`,
    ]) {
      server.fault = to(location)
      await expect(pull()).rejects.toMatchObject({ code: 'hub/response', message: /redirect/ })
    }
  })

  test.each([
    ['a commit', 'info', { sha: '../../evil' }],
    ['JSON', 'info', 'not JSON'],
    ['a hash', 'tree', [{ type: 'file', path: 'model.ckpt', size: 3, oid: '../../evil' }]],
    ['a size', 'tree', [{ type: 'file', path: 'model.ckpt', size: -3, oid: checkpoint.commit }]],
  ])('a list without %s is refused', async (_, kind, value) => {
    server.fault = (request, response) =>
      request.kind === kind &&
      (response.end(typeof value === 'string' ? value : JSON.stringify(value)), true)
    await expect(pull()).rejects.toMatchObject({ code: 'hub/response' })
  })

  test('a list without end, or of any size, is given up', async () => {
    server.fault = ({ kind }, response) =>
      kind === 'tree' &&
      (response
        .writeHead(200, { link: `<${server.url}/api/models/a/b/tree/main>; rel="next"` })
        .end('[]'),
      true)
    await expect(pull()).rejects.toMatchObject({ code: 'hub/response', message: /pages/ })
    server.fault = ({ kind }, response) =>
      kind === 'tree' && (response.end(Buffer.alloc(17 * 2 ** 20, 32)), true)
    await expect(pull()).rejects.toMatchObject({ code: 'hub/response', message: /bytes/ })
  })
})

describe('the cache', () => {
  const blobOf = (name: string, repository = wan.repository) =>
    cachedRepository(join(home, 'hub'), repository).blob(sha256(server.files.get(name)!))

  test('offline all is found that was pulled; before, it is told', async () => {
    const offline = { HF_HUB_OFFLINE: '1' }
    await expect(pull(offline)).rejects.toMatchObject({ code: 'hub/offline' })
    await pull()
    const { length } = server.requests
    await expectAll((await pull(offline)).files)
    expect(server.requests).toHaveLength(length)
    await rm(blobOf(vae))
    await expect(pull(offline)).rejects.toMatchObject({ code: 'hub/offline', message: /vae/ })
  })

  test('a damaged content of the right size is found and fetched anew', async () => {
    await pull()
    const bytes = Buffer.from(server.files.get(vae)!)
    bytes[5]! ^= 1
    await writeFile(blobOf(vae), bytes)
    await expect(pull({ HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({
      code: 'hub/offline',
      message: /damaged/,
    })
    await expectAll((await pull()).files)
  })

  test('a part that is too long, or not the beginning, ends well', async () => {
    await pull()
    for (const spoil of [Buffer.alloc(5_000_000), Buffer.alloc(1000, 7)]) {
      await rm(blobOf(vae))
      await writeFile(partOf(blobOf(vae)), spoil)
      await expectAll((await pull()).files)
    }
  })

  test('a part goes on from where it is, and what was there is looked through', async () => {
    await pull()
    await truncate(blobOf(vae), 1_000_000)
    const part = readFileSync(blobOf(vae))
    await rm(blobOf(vae))
    await writeFile(partOf(blobOf(vae)), part)
    server.requests.length = 0
    await expectAll((await pull()).files)
    expect(startsOf(vae)).toEqual([1_000_000])
  })

  test('a signal ends it at once, and another pull goes on', async () => {
    const given = new AbortController()
    server.rate = 2e6
    const onProgress: PullOptions['onProgress'] = ({ name, done }) => {
      if (name === 'model.ckpt' && done > 500_000) given.abort(new Error('enough'))
    }
    await expect(pull({}, { signal: given.signal, onProgress })).rejects.toThrow('enough')
    server.rate = Infinity
    server.requests.length = 0
    await expectAll((await pull()).files)
    const [first] = server.requests.filter((request) => isFile(request, 'model.ckpt'))
    expect(first!.start).toBeGreaterThan(400_000)
  })
})

test('a place that cannot be written is told, and a disk that is too small before anything is asked', async () => {
  const { folder } = cachedRepository(join(home, 'hub'), wan.repository)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'blobs'), 'a file in the way')
  await expect(pull()).rejects.toMatchObject({ code: 'output/unwritable', message: /file stands/ })
  const needs = [{ folder: join(home, 'not', 'yet', 'there'), bytes: 1e6 }]
  await checkSpace(needs)
  const free = await freeBytes(home)
  const half = { folder: home, bytes: free * 0.6 }
  await checkSpace([half])
  await expect(checkSpace([half, { ...half, folder: tmpdir() }])).rejects.toMatchObject({
    code: 'disk/space',
  })
})

test('where all is there, nothing is written', async () => {
  await pull()
  const locks = join(home, 'hub', '.locks')
  await rm(locks, { recursive: true })
  await writeFile(locks, 'a file in the way')
  await expectAll((await pull()).files)
})

test('a server without TLS is told at once; a redirect does not leave TLS', async () => {
  const since = performance.now()
  const tls = { HF_ENDPOINT: server.url.replace('http:', 'https:') }
  await expect(pull(tls)).rejects.toMatchObject({ code: 'hub/unreachable', message: /SSL/ })
  expect(performance.now() - since).toBeLessThan(2000)
  const may = (from: string, to: string) => mayFollow(new URL(to), new URL(from))
  expect(may('https://a.example', 'https://b.example')).toBe(true)
  expect(may('https://a.example', 'http://a.example')).toBe(false)
  expect(may('http://a.example', 'https://b.example')).toBe(true)
  expect(may('http://a.example', 'file:///etc/passwd')).toBe(false)
})

test('shards are taken as one set of our own names', () => {
  const part = { ...model.parts[1]!, names: [], extras: [] }
  const vaeFile = `${part.weights![0]!}.safetensors`
  const index = 'text_encoder/model.safetensors.index.json'
  const shard = (i: number) => `text_encoder/model-0000${i}-of-00003.safetensors`
  const there = [vaeFile, index, shard(3), shard(1), shard(2), '../x-00001-of-00001.safetensors']
  expect(wanted(part, there)).toEqual([vaeFile, index, shard(1), shard(2), shard(3)])
  const without = there.filter((name) => name !== shard(2))
  expect(() => wanted(part, without)).toThrow(shard(2))
  expect(() => wanted(part, [vaeFile, shard(1), shard(2), shard(3)])).toThrow('text_encoder/model')
})

test('the environment says where the hub and its cache are, by the rules of Python', () => {
  const at = (env: Record<string, string>) => hubSettings(env).cache
  expect(at({ HF_HUB_CACHE: '/a', HUGGINGFACE_HUB_CACHE: '/b', HF_HOME: '/c' })).toBe('/a')
  expect(at({ HUGGINGFACE_HUB_CACHE: '/b', HF_HOME: '/c' })).toBe('/b')
  expect(at({ HF_HOME: '/c', XDG_CACHE_HOME: '/d' })).toBe(join('/c', 'hub'))
  expect(at({ XDG_CACHE_HOME: '/d' })).toBe(join('/d', 'huggingface', 'hub'))
  expect(at({})).toMatch(/[/\\]\.cache[/\\]huggingface[/\\]hub$/)
  expect(at({ HF_HOME: '$BASE/${NAME}', BASE: '/x', NAME: 'y' })).toBe(join('/x/y', 'hub'))
  expect(at({ HF_HUB_CACHE: '~/hub' })).not.toContain('~')
  expect(hubSettings({ HF_ENDPOINT: 'https://mirror.example/' }).endpoint).toBe(
    'https://mirror.example',
  )
  expect(hubSettings({}).endpoint).toBe('https://huggingface.co')
  expect(hubSettings({ HF_TOKEN: ' t\n' }).token).toBe('t')
  expect(hubSettings({ HUGGING_FACE_HUB_TOKEN: 'u' }).token).toBe('u')
  expect(hubSettings({ HF_TOKEN: 't', HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }).token).toBeUndefined()
  expect(hubSettings({ HF_HUB_OFFLINE: 'yes' }).offline).toBe(true)
  expect(hubSettings({ HF_HUB_OFFLINE: '0' }).offline).toBe(false)
})
