import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** What a request asks of the hub or of the other host that holds its large files. */
export interface HubRequest {
  readonly place: 'hub' | 'store'
  readonly kind: 'info' | 'tree' | 'file'
  readonly repository: string
  readonly name: string
  readonly headers: IncomingMessage['headers']
  /** First byte that is asked for. */
  readonly start: number
}

/** Answers in the server's place; false leaves it to the server. */
export type Fault = (request: HubRequest, response: ServerResponse, body: Buffer) => boolean

export interface HubServer extends AsyncDisposable {
  readonly url: string
  readonly requests: HubRequest[]
  /** The files of the model by name, as the hub has them. */
  readonly files: ReadonlyMap<string, Buffer>
  fault: Fault | undefined
  /** Asked of whoever wants a file. */
  token: string | undefined
  /** Bytes a second. */
  rate: number
  close(): Promise<void>
}

const tiny = 'test/goldens/tiny'

export const checkpoint = {
  repository: 'imlixinyang/FlashWorld',
  commit: '6a8e88c6f88678ac098e4c82675f0aee555d6e5d',
}

export const wan = {
  repository: 'Wan-AI/Wan2.2-TI2V-5B-Diffusers',
  commit: 'b8fff7315c768468a5333511427288870b2e9635',
}

const checkpointFiles = ['model.ckpt']

const wanFiles = [
  'scheduler/scheduler_config.json',
  'text_encoder/config.json',
  'text_encoder/model.safetensors',
  'tokenizer/spiece.model',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
  'transformer/config.json',
  'vae/config.json',
  'vae/diffusion_pytorch_model.safetensors',
]

/** Names that nobody wants, and that nobody should write. */
export const foreignNames = [
  'README.md',
  'transformer/diffusion_pytorch_model-00001-of-00003.safetensors',
  '../../escaped.txt',
  '/etc/escaped.txt',
  'vae/../../../escaped.txt',
  'C:\\escaped.txt',
]

const isLarge = (name: string) => /\.(ckpt|safetensors|model)$|tokenizer\.json$/.test(name)

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export const gitId = (bytes: Uint8Array) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

/** A hub on two hosts and ports of this machine that has the tiny checkpoint under the published names. */
export async function startHub(): Promise<HubServer> {
  const read = (names: readonly string[]) =>
    names.map((name): [string, Buffer] => [name, readFileSync(join(tiny, name))])
  const repositories = new Map([
    [checkpoint.repository, { ...checkpoint, files: new Map(read(checkpointFiles)) }],
    [wan.repository, { ...wan, files: new Map(read(wanFiles)) }],
  ])
  const files = new Map([...repositories.values()].flatMap(({ files }) => [...files]))
  const state: Pick<HubServer, 'fault' | 'token' | 'rate'> = {
    fault: undefined,
    token: undefined,
    rate: Infinity,
  }
  const requests: HubRequest[] = []

  const store = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://store')
    const content = pathname.split('/').at(-1)!
    const found = [...repositories].flatMap(([repository, { files }]) =>
      [...files].map(([name, bytes]) => ({ repository, name, bytes })),
    )
    const file = found.find(({ bytes }) => sha256(bytes) === content)
    if (!file) return void response.writeHead(404).end()
    const heard = hear(request, { place: 'store', kind: 'file', ...file })
    if (state.fault?.(heard, response, file.bytes)) return
    void send(response, file.bytes, heard.start, { etag: `"${content.slice(0, 32)}"` })
  })
  await listening(store, 'localhost')
  const storeUrl = `http://localhost:${(store.address() as AddressInfo).port}`

  const hub = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://hub')
    const [, api, apiRepository, kind, revision] =
      /^\/(api)\/models\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(pathname) ?? []
    const [, fileRepository, commit, name] =
      /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname) ?? []
    const repository = apiRepository ?? fileRepository ?? ''
    const found = repositories.get(repository)
    const heard = hear(request, {
      place: 'hub',
      kind: !api ? 'file' : kind === 'tree' ? 'tree' : 'info',
      ...{ repository, name: name ?? '' },
    })
    const bytes = found?.files.get(heard.name)
    if (state.fault?.(heard, response, bytes ?? Buffer.alloc(0))) return
    if (!found) return void refuse(response, 404, 'RepoNotFound')
    if (![found.commit, 'main'].includes(revision ?? commit!))
      return void refuse(response, 404, 'RevisionNotFound')
    if (heard.kind === 'info')
      return void json(response, {
        ...{ _id: '1', id: repository, sha: found.commit, private: false, gated: false },
        ...{ downloads: 0, likes: 0, lastModified: '2025-10-16T00:00:00.000Z' },
        ...(repository === wan.repository && { cardData: { license: 'apache-2.0' } }),
      })
    if (heard.kind === 'tree') return void json(response, tree(found.files))
    if (state.token !== undefined && request.headers.authorization === undefined)
      return void refuse(response, 401, 'GatedRepo', 'Access to this model is restricted.')
    if (state.token !== undefined && request.headers.authorization !== `Bearer ${state.token}`)
      return void refuse(response, 403, 'GatedRepo', 'Ask for access to this model.')
    if (!bytes) return void refuse(response, 404, 'EntryNotFound')
    if (!isLarge(heard.name)) {
      const headers = { etag: `"${gitId(bytes)}"`, 'x-repo-commit': found.commit }
      return void send(response, bytes, heard.start, headers)
    }
    const content = sha256(bytes)
    response.writeHead(302, {
      location: `${storeUrl}/blobs/${content}?signature=1`,
      'x-repo-commit': found.commit,
      'x-linked-etag': `"${content}"`,
      'x-linked-size': bytes.length,
      'content-length': 0,
    })
    response.end()
  })
  await listening(hub, '127.0.0.1')

  function hear(
    request: IncomingMessage,
    rest: Pick<HubRequest, 'place' | 'kind' | 'repository' | 'name'>,
  ): HubRequest {
    const { headers } = request
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
    const { place, kind, repository, name } = rest
    const heard = { place, kind, repository, name, headers, start }
    requests.push(heard)
    return heard
  }

  async function send(
    response: ServerResponse,
    bytes: Buffer,
    start: number,
    headers: Record<string, string>,
  ) {
    if (start >= bytes.length)
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    response.writeHead(start > 0 ? 206 : 200, {
      ...headers,
      'accept-ranges': 'bytes',
      'content-length': bytes.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    })
    const piece = 32 * 1024
    for (let at = start; at < bytes.length && !response.destroyed; at += piece) {
      response.write(bytes.subarray(at, at + piece))
      if (state.rate < Infinity) await pause((piece / state.rate) * 1000)
    }
    response.end()
  }

  const close = async () => {
    for (const server of [hub, store]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return Object.assign(state, {
    url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    ...{ requests, files, close },
    [Symbol.asyncDispose]: close,
  })
}

const listening = (server: ReturnType<typeof createServer>, host: string) =>
  new Promise<void>((resolve) => server.listen(0, host, resolve))

function json(response: ServerResponse, value: unknown) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export function refuse(response: ServerResponse, status: number, code: string, message = code) {
  response.writeHead(status, { 'x-error-code': code, 'x-error-message': message }).end()
}

function tree(files: ReadonlyMap<string, Buffer>) {
  const own = [...files].map(([path, bytes]) => ({
    ...{ type: 'file', path, size: bytes.length, oid: gitId(bytes) },
    ...(isLarge(path) && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } }),
  }))
  const oid = gitId(Buffer.from('x'))
  const foreign = foreignNames.map((path) => ({ type: 'file', path, size: 1, oid }))
  return [{ type: 'directory', path: 'vae', size: 0, oid }, ...foreign, ...own]
}
