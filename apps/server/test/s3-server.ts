import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An S3-compatible server with the bucket `scenes`, in a process and a folder of its own. */
export async function startS3() {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-s3-'))
  const child = fork(new URL('./s3-process.ts', import.meta.url), [folder], {
    execArgv: ['--openssl-legacy-provider'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number))
    child.once('exit', (code) => reject(new Error(`the S3 server ended with ${code}`)))
  })
  const urlWith = (key: string, bucket: string) =>
    `s3+http://${key}:S3RVER@127.0.0.1:${port}/${bucket}?region=us-east-1`
  return {
    /** As `--artifact-url` has it. */
    url: urlWith('S3RVER', 'scenes'),
    urlWith,
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
