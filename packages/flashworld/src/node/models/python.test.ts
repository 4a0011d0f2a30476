import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { checkpoint, startHub, wan } from '../../../test/hub-server.ts'
import { usualPatience } from './hub-request.ts'
import { hubSettings } from './hub-settings.ts'
import { publishedModels } from './known-models.ts'
import { fetchPublished, planPull } from './pull.ts'

const model = publishedModels.get('flashworld')!

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import huggingface_hub'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Fetches every file by Python's own client, and prints where each is. */
const program = `
import json, sys
from huggingface_hub import hf_hub_download
files = json.loads(sys.argv[1])
print(json.dumps({name: hf_hub_download(repo, name, revision=revision) for repo, revision, name in files}))
`

async function byPython(names: Iterable<string>, env: Record<string, string>) {
  const files = [...names].map((name) =>
    name === 'model.ckpt'
      ? [checkpoint.repository, checkpoint.commit, name]
      : [wan.repository, 'main', name],
  )
  const { stdout } = await promisify(execFile)('python3', ['-c', program, JSON.stringify(files)], {
    env: { ...process.env, HF_HUB_DISABLE_TELEMETRY: '1', ...env },
  })
  return JSON.parse(stdout) as Record<string, string>
}

async function setUp() {
  const server = await startHub()
  const home = mkdtempSync(join(tmpdir(), 'flashworld-python-'))
  onTestFinished(async () => {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  })
  return { server, env: { HF_HOME: home, HF_ENDPOINT: server.url } }
}

async function pull(env: Record<string, string>) {
  const hub = { ...hubSettings(env), patience: usualPatience }
  return fetchPublished(await planPull(model, hub), hub)
}

test.skipIf(!hasPython)('what we fetch, Python finds offline', async () => {
  const { env } = await setUp()
  const { files } = await pull(env)
  const found = await byPython(files.keys(), { ...env, HF_HUB_OFFLINE: '1' })
  expect(found).toEqual(Object.fromEntries([...files].map(([name, { path }]) => [name, path])))
})

test.skipIf(!hasPython)('what Python fetches, we find offline', async () => {
  const { server, env } = await setUp()
  const found = await byPython(server.files.keys(), env)
  const { files } = await pull({ ...env, HF_HUB_OFFLINE: '1' })
  expect(Object.fromEntries([...files].map(([name, { path }]) => [name, path]))).toEqual(found)
})
