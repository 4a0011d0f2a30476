import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { tarballName } from '../../scripts/published-manifest.ts'

interface Registry {
  readonly url: string
  close(): void
}

/**
 * A registry that has the packed packages and sends everybody who asks for others on to the usual one.
 * @param folder with each package's folder and its tarball, as `npm run build:packages` makes it
 * @param usual the address of the usual one
 */
export async function serveRegistry(folder: string, usual: string): Promise<Registry> {
  const tarballs = new Map(
    globSync(join(folder, '*.tgz')).map((file) => [basename(file), readFileSync(file)]),
  )
  const manifests = new Map(
    globSync(join(folder, '*/package.json'))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string })
      .map((manifest) => [manifest.name, manifest]),
  )
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://localhost').pathname).slice(1)
    const tarball = tarballs.get(path)
    const manifest = manifests.get(path)
    if (tarball) response.end(tarball)
    else if (manifest) response.end(JSON.stringify(packument(manifest)))
    else response.writeHead(302, { location: new URL(request.url!, usual).href }).end()
  })
  const packument = (manifest: { name: string; version: string }) => {
    const { name, version } = manifest
    const file = tarballName(manifest)
    const integrity = `sha512-${createHash('sha512').update(tarballs.get(file)!).digest('base64')}`
    const dist = { tarball: `${url}${file}`, integrity }
    return {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist } },
    }
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, close: () => void server.close() }
}
