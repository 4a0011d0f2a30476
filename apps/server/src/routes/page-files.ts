import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type Encoding = 'br' | 'gzip' | 'identity'

/** A file of a page. */
export interface PageFile {
  readonly type: string
  readonly etag: string
  /** Compressed when it is first asked for so, and kept. */
  bytes(encoding: Encoding): Promise<Buffer>
  /** What it may be compressed as; pictures and fonts are already. */
  readonly encodings: readonly Encoding[]
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  png: 'image/png',
  webp: 'image/webp',
  woff2: 'font/woff2',
}
const compressed = ['png', 'webp', 'woff2']

const compress = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 8 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
}

/** The files of a folder and its folders by their paths in it, such as `assets/index.js`; none where there is no folder. */
export async function readPageFiles(folder: URL): Promise<ReadonlyMap<string, PageFile>> {
  const read = new Map<string, PageFile>()
  // one after the other: a process may be let open few files
  for (const [path, url] of await filesOf(folder)) read.set(path, await readPageFile(url, path))
  return read
}

/**
 * The same, each read when it is first asked for. None is compressed: who asks for a part gets none of a compressed one, and
 * would take the whole, by its other tag, for another file.
 */
export async function openPageFolder(
  folder: URL,
): Promise<(path: string) => Promise<PageFile | undefined>> {
  const files = await filesOf(folder)
  const read = new Map<string, Promise<PageFile>>()
  return async (path) => {
    const url = files.get(path)
    if (!url) return undefined
    const file = read.get(path) ?? readPageFile(url, path).then(uncompressed)
    read.set(path, file)
    return file
  }
}

const uncompressed = (file: PageFile): PageFile => ({ ...file, encodings: ['identity'] })

async function filesOf(folder: URL): Promise<ReadonlyMap<string, URL>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const root = folder.pathname.replace(/\/?$/, '/')
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = `${parentPath}/${name}`.replaceAll('//', '/').slice(root.length)
        return [path, new URL(path, folder)]
      }),
  )
}

/** @param name of the file as it is served, whose ending says what it is */
export async function readPageFile(url: URL, name: string): Promise<PageFile> {
  const whole = await readFile(url)
  const ending = name.split('.').at(-1)!
  const encoded = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(whole)]])
  return {
    type: types[ending] ?? 'application/octet-stream',
    etag: createHash('sha256').update(whole).digest('base64url').slice(0, 22),
    encodings: compressed.includes(ending) ? ['identity'] : ['br', 'gzip', 'identity'],
    bytes(encoding) {
      const known = encoded.get(encoding)
      if (known || encoding === 'identity') return known!
      const made = compress[encoding](whole)
      encoded.set(encoding, made)
      return made
    },
  }
}

/** Answers with a file, or with nothing where the browser has it already. */
export async function sendPageFile(
  file: PageFile,
  { headers }: FastifyRequest,
  reply: FastifyReply,
) {
  const encoding = chooseEncoding(file, headers['accept-encoding'])
  const etag = `"${file.etag}-${encoding}"`
  void reply.header('vary', 'accept-encoding').header('etag', etag).type(file.type)
  if (headers['if-none-match'] === etag) return reply.status(304).send()
  if (encoding !== 'identity') void reply.header('content-encoding', encoding)
  return reply.send(await file.bytes(encoding))
}

/** Compresses what a page takes at once, so that the first who opens it need not wait for it. */
export async function compressStart(
  index: PageFile,
  files: ReadonlyMap<string, PageFile>,
): Promise<void> {
  const page = String(await index.bytes('identity'))
  for (const [, path] of page.matchAll(/"\.\/(assets\/[^"]+)"/g)) {
    const file = files.get(path!)
    if (file?.encodings.includes('br')) await file.bytes('br')
  }
}

/** The first of a file's encodings that a browser takes. */
export function chooseEncoding(
  { encodings }: Pick<PageFile, 'encodings'>,
  accepted = '',
): Encoding {
  const taken = accepted
    .split(',')
    .map((part) => part.trim().split(';'))
    .filter(([, weight = '']) => !/q=0(\.0*)?$/.test(weight.trim()))
    .map(([name]) => name)
  return encodings.find((encoding) => taken.includes(encoding)) ?? 'identity'
}
