import { expect, test } from 'vitest'
import { fetchWithToken } from './fetch-with-token.ts'

/** A server that takes one token, and the calls that it heard. */
function guard(right: string) {
  const heard: (string | null)[] = []
  const fetch = (async (_: unknown, init?: RequestInit) => {
    const given = new Headers(init?.headers).get('authorization')
    heard.push(given)
    return new Response(null, { status: given === `Bearer ${right}` ? 200 : 401 })
  }) as typeof globalThis.fetch
  let kept: string | null = null
  const token = { get: () => kept, set: (value: string | null) => void (kept = value) }
  return { fetch, heard, token }
}

test('who is refused is asked once for all calls that wait, and then never again', async () => {
  const server = guard('right')
  let asked = 0
  const call = fetchWithToken({ ...server, ask: async () => (asked++, 'right') })
  const answers = await Promise.all([call('/a'), call('/b')])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect((await call('/c')).status).toBe(200)
  expect(asked).toBe(1)
  expect(server.heard.at(-1)).toBe('Bearer right')
})

test('a wrong token is asked for again; who has none gets the refusal', async () => {
  const server = guard('right')
  const answers = ['wrong', 'right']
  const call = fetchWithToken({ ...server, ask: async () => answers.shift() ?? null })
  expect((await call('/a')).status).toBe(200)
  const closed = guard('right')
  const refused = fetchWithToken({ ...closed, ask: async () => null })
  expect((await refused('/a')).status).toBe(401)
  expect(closed.heard).toEqual([null])
})
