import { describe, expect, test } from 'vitest'
import { codeOf, json, serve } from '../../test/serve.ts'

const scene = json({ prompt: 'a red house' })

/** A call that a proxy on this machine brings from an address. */
const from = (address: string, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), 'x-forwarded-for': address },
})

const proxied = { public: '', 'trust-proxy': '127.0.0.0/8,::1' }

describe('a server that other machines reach', () => {
  test('lets nobody in without a token, unless it is public', async () => {
    await expect(serve({ host: '0.0.0.0' })).rejects.toThrow('without a token')
    await using open = await serve({ host: '0.0.0.0', public: '' })
    expect((await fetch(`http://localhost:${open.port}/v1/scenes`)).status).toBe(200)
  })
})

describe('on a public server', () => {
  test('who has no token makes scenes, and sees those of his address alone', async () => {
    await using server = await serve(proxied)
    const scenes = `${server.url}/v1/scenes`
    const made = await fetch(scenes, from('203.0.113.1', scene))
    expect(made.status).toBe(202)
    const { id } = (await made.json()) as { id: string }
    const seenFrom = async (address: string) => {
      const one = await fetch(`${scenes}/${id}`, from(address))
      const all = (await (await fetch(scenes, from(address))).json()) as { scenes: unknown[] }
      return [one.status, all.scenes.length]
    }
    expect(await seenFrom('203.0.113.1')).toEqual([200, 1])
    expect(await seenFrom('203.0.113.2')).toEqual([404, 0])
    expect((await fetch(`${scenes}/${id}`)).status).toBe(404)
  })

  test('nobody says for himself which address he has', async () => {
    await using server = await serve({ public: '' })
    const scenes = `${server.url}/v1/scenes`
    const { id } = (await (await fetch(scenes, from('203.0.113.1', scene))).json()) as {
      id: string
    }
    expect((await fetch(`${scenes}/${id}`)).status).toBe(200)
  })

  test('it is not the operator’s door: measures, other names and wrong tokens are refused', async () => {
    await using server = await serve({ ...proxied, token: 'fw_admin' })
    expect((await fetch(`${server.url}/metrics`)).status).toBe(403)
    const wrong = { authorization: 'Bearer fw_admim' }
    expect((await fetch(`${server.url}/v1/scenes`, { headers: wrong })).status).toBe(401)
    const own = { authorization: 'Bearer fw_admin' }
    expect((await fetch(`${server.url}/metrics`, { headers: own })).status).toBe(200)
  })

  test('each address has its own share of the queue, whatever name it gives', async () => {
    await using server = await serve({ ...proxied, 'max-queued-per-client': '1' })
    const submit = (address: string, name: string) =>
      fetch(
        `${server.url}/v1/scenes`,
        from(address, {
          ...scene,
          headers: { 'content-type': 'application/json', 'x-flashworld-client': name },
        }),
      )
    expect((await submit('203.0.113.1', 'a')).status).toBe(202)
    expect(await codeOf(await submit('203.0.113.1', 'b'))).toBe('queue/client-full')
    expect((await submit('203.0.113.2', 'a')).status).toBe(202)
  })
})

describe('pages in a frame', () => {
  const policyOf = async (url: string) => {
    const { headers } = await fetch(url)
    const [, ancestors] =
      /frame-ancestors ([^;]*)/.exec(headers.get('content-security-policy') ?? '') ?? []
    return [ancestors, headers.get('x-frame-options')]
  }

  test('are shown by the operator’s origins alone; answers that are data by none', async () => {
    await using server = await serve({
      'frame-origin': 'https://huggingface.co,http://localhost:8080',
    })
    expect(await policyOf(`${server.url}/`)).toEqual([
      'https://huggingface.co http://localhost:8080',
      null,
    ])
    expect(await policyOf(`${server.url}/v1/queue`)).toEqual(["'none'", 'DENY'])
    await using usual = await serve()
    expect(await policyOf(`${usual.url}/`)).toEqual(["'none'", 'DENY'])
  })

  test.each([
    '*',
    'huggingface.co',
    "https://a.example; script-src 'unsafe-inline'",
    'https://a/b',
  ])('%j is no origin', async (origin) => {
    await expect(serve({ 'frame-origin': origin })).rejects.toThrow('expected origins')
  })
})
