import type { ClientOptions } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { json } from '../../../test/serve.ts'
import { runServer } from '../../../test/run-server.ts'

interface Content {
  readonly type: string
  readonly text?: string
  readonly uri?: string
}

async function connect(url: string, token?: string, options: ClientOptions = {}) {
  const client = new Client({ name: 'test', version: '1' }, options)
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
  await expect.poll(async () => told((await status()).text).state).toBe('completed')
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

test.each(['legacy', 'modern'] as const)(
  'a %s client that wants to hear of progress hears it, and has the scene in the answer',
  async (era) => {
    const { url } = await runServer()
    const { client, told } = await connect(url, undefined, era === 'modern' ? modern : {})
    const heard: number[] = []
    const { content, isError } = await client.callTool(
      { name: 'generate_scene', arguments: { prompt: 'a red house', seed: 7 } },
      { onprogress: ({ progress }) => void heard.push(progress) },
    )
    expect(isError).toBeUndefined()
    expect(heard).toEqual([0, 0.5, 1])
    expect(told((content as Content[])[0]!.text!)).toMatchObject({ state: 'completed' })
    expect((content as Content[]).some(({ uri }) => uri?.endsWith('scene.ply'))).toBe(true)

    const failed = await client.callTool(
      { name: 'generate_scene', arguments: { prompt: 'fail' } },
      { onprogress: () => {} },
    )
    expect(failed.isError).toBe(true)
    expect((failed.content as Content[])[0]!.text).toContain('scene/not-finite')
  },
)

test('a call that is given up while its progress is told takes its scene with it', async () => {
  const { url } = await runServer()
  const { client } = await connect(url, undefined, modern)
  const given = new AbortController()
  const call = client.callTool(
    { name: 'generate_scene', arguments: { prompt: 'hold' } },
    { onprogress: () => given.abort(), signal: given.signal },
  )
  await expect(call).rejects.toThrow()
  const states = async () => {
    const { scenes } = (await (await fetch(`${url}/v1/scenes`)).json()) as {
      scenes: { state: string }[]
    }
    return scenes.map(({ state }) => state)
  }
  await expect.poll(states).toEqual(['cancelled'])
})

const modern: ClientOptions = { versionNegotiation: { mode: 'auto' } }
const tasks: ClientOptions = {
  ...modern,
  capabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } },
}
const taskSchema = z.looseObject({ taskId: z.string(), status: z.string() })

/** Calls the tool for a task. The client's own `callTool` takes results only: the handle is read from the wire. */
async function makeTask(url: string, prompt: string) {
  let handle: unknown
  const client = new Client({ name: 'test', version: '1' }, tasks)
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    async fetch(target, init) {
      const answer = await fetch(target, init)
      if (String(init?.body).includes('tools/call')) {
        const text = await answer.clone().text()
        handle = (JSON.parse(text.slice(text.indexOf('{'))) as { result: unknown }).result
      }
      return answer
    },
  })
  await client.connect(transport)
  onTestFinished(() => client.close())
  const call = client.callTool({ name: 'generate_scene', arguments: { prompt } })
  await expect(call).rejects.toThrow(/result type 'task'/)
  const get = (taskId: string) =>
    client.request({ method: 'tasks/get', params: { taskId } }, taskSchema)
  return { client, handle: handle as { taskId: string }, get }
}

test('a client that declares tasks is given a handle, and follows it to the scene', async () => {
  const { url } = await runServer()
  const { client, handle, get } = await makeTask(url, 'a red house')
  expect(handle).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null })
  await expect.poll(async () => (await get(handle.taskId)).status).toBe('completed')
  const { result } = (await get(handle.taskId)) as unknown as { result: { content: Content[] } }
  expect(result.content.some(({ uri }) => uri?.endsWith('scene.ply'))).toBe(true)
  await expect(get('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ code: -32602 })
  expect(client.getServerCapabilities()).toMatchObject({
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  })
})

test('a task is cancelled, and one that fails says so in its result', async () => {
  const { url } = await runServer()
  const held = await makeTask(url, 'hold')
  const params = { taskId: held.handle.taskId }
  await held.client.request({ method: 'tasks/cancel', params }, z.looseObject({}))
  expect((await held.get(params.taskId)).status).toBe('cancelled')
  const { handle, get } = await makeTask(url, 'fail')
  await expect
    .poll(() => get(handle.taskId))
    .toMatchObject({ status: 'completed', result: { isError: true } })
})

test('a client that does not declare tasks is given none, nor may it ask for one', async () => {
  const { url } = await runServer({ flags: { 'max-concurrent': '0' } })
  const { client, call, told } = await connect(url, undefined, modern)
  const { id } = told((await call('generate_scene', { prompt: 'a' })).text)
  const asked = client.request({ method: 'tasks/get', params: { taskId: id } }, taskSchema)
  await expect(asked).rejects.toMatchObject({ code: -32021 })
})
