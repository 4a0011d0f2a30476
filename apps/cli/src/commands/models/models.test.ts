import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HubServer } from '../../../../../packages/flashworld/test/hub-server.ts'
import { startHub } from '../../../../../packages/flashworld/test/hub-server.ts'
import { hearCommand, runCommand } from '../../../test/run-command.ts'
import { doctorCommand } from '../doctor.ts'
import { generateCommand } from '../generate.ts'
import { modelsCommand } from './index.ts'

let server: HubServer
let home: string
beforeEach(async () => {
  server = await startHub()
  home = await mkdtemp(join(tmpdir(), 'flashworld-models-'))
  vi.stubEnv('HF_ENDPOINT', server.url)
  vi.stubEnv('HF_HOME', join(home, 'hf'))
  vi.stubEnv('FLASHWORLD_HOME', join(home, 'own'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
  await rm(home, { recursive: true, force: true })
})

const models = (...args: string[]) => runCommand(modelsCommand, ...args)

const generate = (model: string) => {
  const out = join(home, 'scene.ply')
  const small = ['--resolution', '2x32x64', '--backend', 'wasm', '--seed', '1', '--force']
  return hearCommand(generateCommand, 'a red ball', '--model', model, ...small, '--out', out)
}

const scene = () => readFile(join(home, 'scene.ply'))

test('pull tells what it takes, asks for a yes, and then the model works, offline too', async () => {
  await expect(generate('flashworld')).rejects.toMatchObject({
    code: 'model/missing',
    message: expect.stringMatching(/GB to fetch.*of disk.*GPU memory/) as string,
  })
  await expect(models('pull', 'flashworld')).rejects.toMatchObject({
    code: 'usage/invalid',
    message: expect.stringContaining('--yes') as string,
  })
  expect(server.requests.filter(({ kind }) => kind === 'file')).toEqual([])

  const told = await models('pull', 'flashworld', '--precision', 'f16', '--yes')
  expect(told).toContain('licence: apache-2.0')
  expect(told).toMatch(/model\.ckpt +1\.53 MB/)
  expect(told).toMatch(/To fetch: 3\.77 MB, into .*hf.hub \(free: \d/)
  expect(told).toMatch(/GPU memory while a scene is made, about: .* with int8, .* with f16/)
  const folder = join(home, 'own', 'models', 'f16', 'flashworld')
  expect(told).toContain(`flashworld is ready, with f16: ${folder}`)
  expect(await models('path', 'flashworld')).toBe(folder)

  await server.close()
  await generate('flashworld')
  expect((await scene()).length).toBeGreaterThan(1000)
  expect(await models('pull', 'flashworld', '--precision', 'f16')).toContain('is ready')
  expect(await models('verify', 'flashworld')).toContain('✓')
  const report = await runCommand(doctorCommand)
  expect(report).toMatch(/✓ flashworld: .* parameters/)
  expect(report).toMatch(
    /--memory 8 +int8 +6\.9 GiB: from the host's memory: 24 blocks of the text encoder, 7/,
  )
  const list = await models('list')
  expect(list).toContain(`f16: ${folder}`)
  expect(list).toContain('as published: 3.77 MB')
})

test.each([
  [[], 'got nothing'],
  [['pul'], "got 'pul'; did you mean pull?"],
])('models %s says what it can do', async (words, got) => {
  await expect(models(...words)).rejects.toMatchObject({
    code: 'usage/invalid',
    message: `models: expected one of list, pull, convert, verify, rm, path, ${got}`,
  })
})

test('a damaged model is found, and pulled again once it is removed', async () => {
  await models('pull', 'flashworld', '--yes')
  const folder = await models('path', 'flashworld')
  const files = await readdir(folder, { recursive: true })
  const weights = files.find(
    (name) => name.startsWith('transformer') && name.endsWith('safetensors'),
  )!
  const file = await open(join(folder, weights), 'r+')
  await file.write(Buffer.from([1, 2, 3]), 0, 3, 1000)
  await file.close()
  await expect(models('verify', 'flashworld')).rejects.toThrow('got 1')
  await expect(models('rm', 'flashworld')).rejects.toMatchObject({ code: 'usage/invalid' })
  await models('rm', 'flashworld', '--yes')
  expect(existsSync(folder)).toBe(false)
  const before = server.requests.filter(({ kind }) => kind === 'file').length
  await models('pull', 'flashworld', '--yes')
  expect(server.requests.filter(({ kind }) => kind === 'file')).toHaveLength(before)
  expect(await models('verify', 'flashworld')).toContain('✓')
})

test('rm --published leaves nothing of ours and everything of others', async () => {
  await models('pull', 'flashworld', '--yes')
  await models('rm', 'flashworld', '--published', '--yes')
  const left = (await readdir(home, { recursive: true })).filter((name) =>
    /blobs.|ckpt|safetensors|json/.test(name),
  )
  expect(left).toEqual([])
})

test('a published checkpoint that is there makes the same scene, and is converted where it is', async () => {
  await models('pull', 'flashworld', '--precision', 'f32', '--yes')
  await generate('flashworld')
  const expected = await scene()
  const snapshots = join(home, 'hf', 'hub', 'models--imlixinyang--FlashWorld', 'snapshots')
  const [commit] = await readdir(snapshots)
  const ckpt = join(snapshots, commit!, 'model.ckpt')
  vi.stubEnv('HF_HUB_OFFLINE', '1')
  await generate(ckpt)
  expect((await scene()).equals(expected)).toBe(true)
  await models('rm', 'flashworld', '--yes')
  await models('convert', '--ckpt', ckpt, '--precision', 'f32')
  await generate('flashworld')
  expect((await scene()).equals(expected)).toBe(true)
  await models('convert', 'mine', '--ckpt', 'test/goldens/tiny', '--precision', 'f32')
  expect(await models('list')).toContain('mine: converted from a checkpoint')
  await generate('mine')
})

test('names are no paths', async () => {
  for (const name of ['../../own', '..', '/', 'a/b', 'C:\\x'])
    for (const action of ['rm', 'verify', 'path'])
      await expect(models(action, name, '--yes')).rejects.toMatchObject({ code: 'model/missing' })
  await expect(models('pull', '../x', '--yes')).rejects.toMatchObject({ code: 'model/unknown' })
  const ckpt = ['--ckpt', 'test/goldens/tiny']
  await expect(models('convert', '../x', ...ckpt)).rejects.toMatchObject({ code: 'usage/invalid' })
})

const hasScript = (() => {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasScript)('on a terminal it asks, and generate offers what is missing', async () => {
  const onTerminal = async (command: string, answer: string) => {
    const line = `${process.execPath} apps/cli/src/main.ts ${command}`
    const child = spawn('script', ['-qec', line, '/dev/null'])
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const asked = said.includes('[y/N]')
      said += String(chunk)
      if (!asked && said.includes('[y/N]')) child.stdin.write(`${answer}\n`)
    })
    const [code] = (await once(child, 'close')) as [number]
    return { code, said }
  }
  expect(await onTerminal('models pull flashworld', 'n')).toMatchObject({
    code: 1,
    said: expect.stringContaining('nothing was fetched') as string,
  })
  const out = join(home, 'ball.ply')
  const small = `--resolution 2x32x64 --backend wasm --out ${out}`
  const made = await onTerminal(`generate "a red ball" --model flashworld ${small}`, 'y')
  expect(made.said).toContain('wrote')
  expect(made.code).toBe(0)
  expect(existsSync(out)).toBe(true)
})

test('with --json a plan comes first and the result last; a refusal says what to do', async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['apps/cli/src/main.ts', 'models', ...args, '--json'])
  server.token = 'hf_right'
  const refused = (await run('pull', 'flashworld', '--yes').catch((error: unknown) => error)) as {
    stdout: string
  }
  expect(JSON.parse(refused.stdout.trim().split('\n').at(-1)!)).toMatchObject({
    ...{ type: 'error', code: 'hub/refused' },
    hint: expect.stringMatching(/conditions.*HF_TOKEN/) as string,
  })
  vi.stubEnv('HF_TOKEN', 'hf_right')
  const bytes = [...server.files.values()].reduce((sum, { length }) => sum + length, 0)
  const { stdout } = await run('pull', 'flashworld', '--yes')
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string })
  expect(events[0]).toMatchObject({
    ...{ type: 'plan', name: 'flashworld', precision: 'int8', missingBytes: bytes },
    parts: [{ licence: 'not stated' }, { licence: 'apache-2.0' }],
  })
  expect(events.at(-1)).toMatchObject({ type: 'result', name: 'flashworld', precision: 'int8' })
  expect(events.some(({ type }) => type === 'progress')).toBe(true)
})
