// Ceph's S3 gateway of Debian's packages (radosgw, ceph-mon, ceph-osd) for tests: unlike s3rver it checks every signature.
// One monitor, one store in memory, its own folder and ports; up in half a minute, gone afterwards.
import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './postgres.ts'
import type { TestS3 } from './s3-server.ts'
import { bucketUrls } from './s3-server.ts'

export const hasCeph = ['radosgw', 'ceph-mon', 'ceph-osd'].every((name) =>
  existsSync(`/usr/bin/${name}`),
)

const key = 'FLASHWORLD'
/** With all that has a meaning in URLs. */
const secret = 'a/b+c=d&e%2F'

/** A gateway with the bucket `scenes`. */
export async function startCeph(): Promise<TestS3> {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-ceph-'))
  const [monitor, gateway] = [await freePort(), await freePort()]
  const file = (name: string) => join(folder, name)
  await mkdir(file('osd'))
  await writeFile(file('ceph.conf'), configuration(folder, monitor, gateway))
  const running: ChildProcess[] = []
  const run = (program: string, ...args: readonly string[]) =>
    promisify(execFile)(program, ['-c', file('ceph.conf'), ...args], { timeout: 30_000 })
  const start = (program: string, ...args: readonly string[]) => {
    running.push(spawn(program, ['-c', file('ceph.conf'), '-f', ...args], { stdio: 'ignore' }))
  }
  const stop = async () => {
    for (const child of running.reverse()) {
      const ended = once(child, 'exit')
      if (child.exitCode !== null || !child.kill('SIGKILL')) continue
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }

  try {
    const keys = (...args: readonly string[]) => run('ceph-authtool', file('keyring'), ...args)
    await keys('--create-keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *')
    const caps = ['mon', 'osd', 'mgr'].flatMap((of) => ['--cap', of, 'allow *'])
    await keys('--gen-key', '-n', 'client.admin', ...caps)
    const address = ['--addv', 'a', `[v2:127.0.0.1:${monitor}]`]
    await run('monmaptool', '--create', ...address, '--fsid', cluster, file('map'))
    const made = ['--monmap', file('map'), '--keyring', file('keyring')]
    await run('ceph-mon', '-i', 'a', '--mkfs', ...made)
    start('ceph-mon', '-i', 'a')
    await run('ceph', 'osd', 'create')
    await run('ceph', 'osd', 'crush', 'add', 'osd.0', '1', 'root=default')
    const osd = ['osd.0', 'mon', 'allow profile osd', 'osd', 'allow *', '-o', file('osd/keyring')]
    await run('ceph', 'auth', 'get-or-create', ...osd)
    await run('ceph-osd', '-i', '0', '--mkfs')
    start('ceph-osd', '-i', '0')
    start('radosgw', '-n', 'client.admin')
    await answering(`http://127.0.0.1:${gateway}/`)
    const user = ['--uid', 'test', '--display-name', 'test', '--access-key', key]
    await run('radosgw-admin', 'user', 'create', ...user, '--secret-key', secret)

    const urls = bucketUrls(`127.0.0.1:${gateway}`, { key, secret, region: 'default' })
    await urls.newBucket('scenes')
    return { ...urls, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const cluster = '11111111-1111-4111-8111-111111111111'

const configuration = (folder: string, monitor: number, gateway: number) => `[global]
fsid = ${cluster}
mon host = v2:127.0.0.1:${monitor}
public addr = 127.0.0.1
keyring = ${folder}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
admin socket = ${folder}/$name.$pid.socket
log file = ${folder}/$name.log
pid file = ${folder}/$name.$pid.pid
run dir = ${folder}
[mon]
mon data = ${folder}/mon
[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 268435456
keyring = ${folder}/osd/keyring
[client]
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw data = ${folder}
`

async function answering(url: string) {
  for (let tries = 0; tries < 120; tries++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await sleep(500)
  }
  throw new Error('the gateway did not start')
}
