// `node --openssl-legacy-provider s3-process.ts DIRECTORY`: an S3-compatible server with the bucket `scenes`, on a free
// port that it tells its parent. Its tokens of pages are enciphered by what only the legacy provider has.
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

interface S3Server {
  run(): Promise<AddressInfo>
}

// the package has no types, and is not a module
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3Server

const server = new S3rver({
  ...{ address: '127.0.0.1', port: 0, silent: true, directory: process.argv[2] },
  configureBuckets: [{ name: 'scenes' }],
})
process.send!((await server.run()).port)
process.on('disconnect', () => process.exit(0))
