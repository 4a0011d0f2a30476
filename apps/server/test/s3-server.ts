import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3mini } from 's3mini'
import { readS3Url } from '../src/artifacts/s3/s3-url.ts'

export interface TestS3 {
  /** Of the bucket `scenes`, as `--artifact-url` has it. */
  readonly url: string
  /** The same by another key, secret or bucket. */
  urlWith(other: Readonly<Partial<Record<'key' | 'secret' | 'bucket', string>>>): string
  /** Makes a bucket. Answers its URL. */
  newBucket(bucket: string): Promise<string>
  stop(): Promise<void>
}

/** @param host where it answers, host and port */
export function bucketUrls(
  host: string,
  owner: { readonly key: string; readonly secret: string; readonly region: string },
): Pick<TestS3, 'url' | 'urlWith' | 'newBucket'> {
  const urlWith: TestS3['urlWith'] = (other) => {
    const { key, secret, bucket } = { ...owner, bucket: 'scenes', ...other }
    return `s3+http://${key}:${encodeURIComponent(secret)}@${host}/${bucket}?region=${owner.region}`
  }
  return {
    url: urlWith({}),
    urlWith,
    async newBucket(bucket) {
      const url = urlWith({ bucket })
      await new S3mini(readS3Url(url)).createBucket()
      return url
    },
  }
}

/** An S3-compatible server in a process and a folder of its own. It takes any signature: `startCeph` does not. */
export async function startS3(): Promise<TestS3> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-s3-'))
  const child = fork(new URL('./s3-process.ts', import.meta.url), [folder], {
    execArgv: ['--openssl-legacy-provider'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number))
    child.once('exit', (code) => reject(new Error(`the S3 server ended with ${code}`)))
  })
  return {
    ...bucketUrls(`127.0.0.1:${port}`, { key: 'S3RVER', secret: 'S3RVER', region: 'us-east-1' }),
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
