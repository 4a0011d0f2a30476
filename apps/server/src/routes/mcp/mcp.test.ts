import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import { json } from '../../../test/serve.ts'
import { runServer } from '../../../test/run-server.ts'

interface Content {
  readonly type: string
  readonly text?: string
  readonly uri?: string
}

async function connect(url: string, token?: string) {
  const client = new Client({ name: 'test', version: '1' })
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }),
  )
  onTestFinished(() => client.close())
  /** Calls a tool; gives what it says, and its links. */
  const call = async (name: string, args: Record<string, unknown>) => {
    const { content, isError = false } = await client.callTool({ name, arguments: args })
    const list = content as Content[]
    const text = list.find(({ type }) => type === 'text')!.text!
    return {
      isError,
      text,
      links: list.filter(({ type }) => type === 'resource_link').map(({ uri }) => uri!),
    }
  }
  const told = (text: string) => JSON.parse(text) as Record<string, unknown>
  return { client, call, told }
}

test('tools are described by the request’s own schema', async () => {
  const { url } = await runServer()
  const { client } = await connect(url)
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(['generate_scene', 'scene_status', 'cancel_scene'])
  expect(Object.keys(tools[0]!.inputSchema.properties!)).toEqual(
    expect.arrayContaining(['prompt', 'image', 'cameras', 'path', 'resolution', 'seed']),
  )
})

test('a scene is asked for, waited for, and its files are behind the links', async () => {
  const { url } = await runServer()
  const { call, told } = await connect(url)
  const made = await call('generate_scene', { prompt: 'a red house', seed: 7 })
  expect(made.isError).toBe(false)
  const { id } = told(made.text)
  const status = () => call('scene_status', { id })
  await expect
    .poll(async () => told((await status()).text).state, { timeout: 20_000 })
    .toBe('completed')
  const { links } = await status()
  expect(links.some((link) => link.endsWith('scene.ply'))).toBe(true)
  for (const link of links) expect((await fetch(link)).status, link).toBe(200)
  expect(told((await call('cancel_scene', { id })).text)).toMatchObject({ state: 'completed' })
})

test('a waiting scene is given up', async () => {
  const { url } = await runServer({ flags: { 'max-concurrent': '0' } })
  const { call, told } = await connect(url)
  const { id } = told((await call('generate_scene', { prompt: 'a red house' })).text)
  expect(told((await call('cancel_scene', { id })).text)).toMatchObject({ state: 'cancelled' })
})

test('what is wrong is said in words that help', async () => {
  const { url } = await runServer({ flags: { 'max-concurrent': '0' } })
  const { call, told } = await connect(url)
  const empty = await call('generate_scene', {})
  expect([empty.isError, told(empty.text).code]).toEqual([true, 'request/empty'])
  const unknown = await call('scene_status', { id: '../../etc/passwd' })
  expect([unknown.isError, told(unknown.text).code]).toEqual([true, 'job/unknown'])
  expect((await call('generate_scene', { prompt: 'a', seed: 'x' })).isError).toBe(true)
})

test('it is guarded as all routes are, and shows nobody another’s scene', async () => {
  const { url } = await runServer({ flags: { 'max-concurrent': '0', token: 'fw_admin' } })
  expect((await fetch(`${url}/mcp`, json({}))).status).toBe(401)
  await expect(connect(url)).rejects.toThrow()
  const { client } = await connect(url, 'fw_admin')
  expect((await client.listTools()).tools).toHaveLength(3)
})
