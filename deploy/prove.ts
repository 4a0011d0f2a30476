/**
 * `node deploy/prove.ts`: runs the images that were built, as docs/deploy.md says that they run. First the server alone,
 * read-only and without any right; then what deploy/compose.yaml starts, with Debian's PostgreSQL and an S3 server of the
 * tests: two workers, one of which is killed in the middle of a scene.
 *
 * `ENGINE` is podman or docker, `ENGINE_FLAGS` what `run` needs on this machine besides.
 */
import { execFile } from 'node:child_process'
import { strict as assert } from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Client } from 'flashworld/client'
import { createClient } from 'flashworld/client'
import { freePort, startPostgres } from '../apps/server/test/postgres.ts'
import { startS3 } from '../apps/server/test/s3-server.ts'

const { ENGINE = 'podman', ENGINE_FLAGS = '', IMAGE = 'flashworld:cpu' } = process.env
const token = 'fw_of_this_proof'

async function engine(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(ENGINE, args)
  return stdout.trim()
}

const started: string[] = []

/** Starts a container as compose does: nothing in it can be written but its volumes and /tmp, and it has no right. */
async function start(command: string, env: Readonly<Record<string, string | number>>) {
  const guards = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'all']
  const name = await engine(
    ...[
      'run',
      '--detach',
      '--network',
      'host',
      ...guards,
      ...ENGINE_FLAGS.split(' ').filter(Boolean),
    ],
    ...['--security-opt', 'no-new-privileges'],
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `FLASHWORLD_${key}=${value}`]),
    ...[IMAGE, command],
  )
  started.push(name)
  return name
}

/** Asks as the image's own HEALTHCHECK does, until it agrees. */
async function healthy(container: string): Promise<void> {
  const inspected = await engine(
    'image',
    'inspect',
    '--format',
    '{{json .Config.Healthcheck}}',
    IMAGE,
  )
  const { Test } = JSON.parse(inspected) as { Test: string[] }
  for (let tries = 0; tries < 60; tries++) {
    const asked = engine('exec', container, ...Test.slice(1))
    if (
      await asked.then(
        () => true,
        () => false,
      )
    )
      return
    await sleep(500)
  }
  throw new Error(`${container} did not become healthy:\n${await engine('logs', container)}`)
}

const exitCode = async (container: string) =>
  Number(await engine('inspect', '--format', '{{.State.ExitCode}}', container))

/** Follows a scene to its end, and fetches it. */
async function finished(client: Client, id: string): Promise<number> {
  for await (const event of client.events(id)) {
    if (event.type === 'failed' || event.type === 'cancelled')
      throw new Error(JSON.stringify(event))
  }
  return (await (await client.scenes.file(id, 'scene.spz')).arrayBuffer()).byteLength
}

async function proveServer() {
  const port = await freePort()
  const server = await start('serve', { TOKEN: token, PORT: port })
  await healthy(server)
  assert.match(await engine('exec', server, 'id'), /^uid=1000\b.*\bgid=1000\b/)
  await assert.rejects(engine('exec', server, 'touch', '/app/x'))
  const client = createClient({ url: `http://localhost:${port}`, token })
  const scene = { prompt: 'a red house on grass', seed: 1 }
  const { id } = await client.scenes.create(scene)
  console.log(`a scene of ${await finished(client, id)} bytes, made in a container`)

  const running = await client.scenes.create(scene)
  await sleep(1000)
  await engine('stop', '--time', '40', server)
  assert.equal(await exitCode(server), 0)
  console.log(`SIGTERM with ${running.id} in the making: it ended with 0`)
}

async function proveCompose() {
  const postgres = await startPostgres()
  const store = await startS3()
  try {
    const shared = { DATABASE_URL: await postgres.newDatabase(), ARTIFACT_URL: store.url }
    const port = await freePort()
    const server = await start('serve', { ...shared, TOKEN: token, PORT: port, MAX_CONCURRENT: 0 })
    const workers = await Promise.all(
      [await freePort(), await freePort()].map((metrics) =>
        start('worker', { ...shared, HOST: 'localhost', METRICS_PORT: metrics }),
      ),
    )
    await Promise.all([server, ...workers].map(healthy))
    const client = createClient({ url: `http://localhost:${port}`, token })
    const made = await client.scenes.createBatch({ prompt: 'a tower on sand' }, [1, 2, 3, 4])
    while ((await client.queue()).counts.running < 2) await sleep(200)
    await engine('kill', workers[0]!)
    const bytes = await Promise.all(made.map(({ id }) => finished(client, id)))
    console.log(`two workers, one killed at its work: scenes of ${bytes.join(', ')} bytes`)
    await Promise.all([server, workers[1]!].map((name) => engine('stop', '--time', '40', name)))
    assert.deepEqual(await Promise.all([server, workers[1]!].map(exitCode)), [0, 0])
  } finally {
    await store.stop()
    await postgres.stop()
  }
}

try {
  const bytes = Number(await engine('image', 'inspect', '--format', '{{.Size}}', IMAGE))
  console.log(`${IMAGE}: ${(bytes / 1e6).toFixed(0)} MB`)
  await proveServer()
  await proveCompose()
} finally {
  for (const name of started) await engine('rm', '--force', '--volumes', name).catch(() => {})
}
