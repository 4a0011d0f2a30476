import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '@hey-api/openapi-ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../start.ts'
import { serveSlow } from '../../../test/serve-slow.ts'

/** A client that another project's generator makes of our OpenAPI document, with nothing told to it but the document. */

const token = 'fw_secret'
let server: RunningServer
let folder: string
// what is generated here is of no type here; the compiler looks at it below
// eslint-disable-next-line @typescript-eslint/no-explicit-any
let sdk: any
beforeAll(async () => {
  server = await serveSlow({ token })
  folder = await mkdtemp(join(tmpdir(), 'flashworld-generated-'))
  const input = (await (await fetch(`${server.url}/v1/openapi.json`)).json()) as object
  await createClient({
    input: input as never,
    output: { path: join(folder, 'sdk'), module: { extension: '.ts' }, tsConfigPath: null },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent' },
  })
  const { client } = (await import(join(folder, 'sdk/client.gen.ts'))) as {
    client: { setConfig(config: object): void }
  }
  client.setConfig({ baseUrl: server.url, auth: token })
  sdk = await import(join(folder, 'sdk/sdk.gen.ts'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

test('it has a function for each thing that the API does', () => {
  expect(Object.keys(sdk as object).sort()).toEqual([
    'deleteScene',
    'getCapabilities',
    'getModels',
    'getQueue',
    'getScene',
    'getSceneEvents',
    'getSceneFile',
    'getScenes',
    'postConvert',
    'postRender',
    'postSceneCancel',
    'postScenes',
  ])
})

test('it makes a scene, follows it to its end, fetches it and removes it', async () => {
  const made = await sdk.postScenes({
    body: { prompt: 'a red house', resolution: [4, 64, 96], seed: 3 },
    headers: { 'idempotency-key': 'generated' },
  })
  expect(made.response.status).toBe(202)
  const path = { id: made.data.id as string }
  const told: unknown[] = []
  const { stream } = await sdk.getSceneEvents({ path })
  for await (const event of stream) told.push(event)
  expect(told.at(-1)).toMatchObject({ seed: 3, gaussians: 2 })
  const scene = await sdk.getScene({ path })
  expect(scene.data).toMatchObject({ state: 'completed', prompt: 'a red house', seed: 3 })
  const file = await sdk.getSceneFile({ path: { ...path, name: 'scene.ply' } })
  expect((await (file.data as Blob).text()).startsWith('ply\n')).toBe(true)
  expect((await sdk.getScenes({ query: { limit: 5 } })).data.scenes).toHaveLength(1)
  expect((await sdk.deleteScene({ path })).response.status).toBe(204)
  const gone = await sdk.getScene({ path })
  expect([gone.response.status, gone.error.error.code]).toEqual([404, 'job/unknown'])
})

test('it sends a photograph and a scene as forms', async () => {
  const image = new Blob([new Uint8Array(await readFile('assets/examples/photograph.png'))])
  const made = await sdk.postScenes({
    body: { image: await bytesOf(image), resolution: [4, 64, 96] },
  })
  expect(made.response.status).toBe(202)
  await sdk.postSceneCancel({ path: { id: made.data.id } })
  const refused = await sdk.postConvert({
    body: { file: new File(['ply\n'], 'a.ply') },
    query: { to: 'spz' },
  })
  expect(refused.response.status).toBe(400)
  expect(refused.error.error.code).toMatch(/^splats\//)
})

const bytesOf = async (blob: Blob) => Buffer.from(await blob.arrayBuffer()).toString('base64')

test('its types say what the API takes and gives', async () => {
  const use = `
    import { getScene, postScenes } from './sdk/sdk.gen.ts'
    const made = await postScenes({ body: { prompt: 'a' } })
    if (made.data && 'id' in made.data) {
      const { data } = await getScene({ path: { id: made.data.id } })
      const state: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | undefined = data?.state
      const seconds: number | null | undefined = data?.estimatedSeconds
      console.log(state, seconds)
    }
    // @ts-expect-error an id is a text
    await getScene({ path: { id: 5 } })
    // @ts-expect-error a prompt is a text
    await postScenes({ body: { prompt: 5 } })
  `
  await writeFile(join(folder, 'use.ts'), use)
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  const compilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: true, allowImportingTsExtensions: true },
    ...{ target: 'es2024', module: 'nodenext', lib: ['es2024', 'dom', 'dom.iterable'], types: [] },
  }
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['use.ts'] }),
  )
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
    ({ stdout }: { readonly stdout: string }) => {
      throw new Error(stdout)
    },
  )
})
