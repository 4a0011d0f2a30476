import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve } from '../../test/serve.ts'

/** JSON in a field of a form, or in a text of other JSON, is read as strictly as a body. */

let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve({ 'rate-limit': '0' })
})
afterAll(() => server[Symbol.asyncDispose]())

const form = (path: string, fields: Record<string, string>, file?: string) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  if (file !== undefined) body.append(file, new Blob(['ply\n']), 'a.ply')
  return fetch(`${server.url}${path}`, { method: 'POST', body })
}
const call = (data: unknown[], api: string) =>
  fetch(`${server.url}/gradio_api/call/${api}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  })

const ways = [
  ['the request of a form', (text: string) => form('/v1/scenes', { request: text })],
  ['the cameras of a form', (text: string) => form('/v1/render', { cameras: text }, 'file')],
  ['the cameras of a call', (text: string) => call([null, 'a', text], 'generate_scene')],
] as const

const attacks = [
  ['depth without end', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['a prototype', '{"prompt": "a", "__proto__": {"admin": 1}}'],
  ['a key twice', '{"prompt": "a", "prompt": "b"}'],
  ['half of it', '{"prompt": "a"'],
] as const

for (const [where, send] of ways) {
  test.each(attacks)(`in ${where}, %s: 400`, async (_, text) => {
    const answer = await send(text)
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('body/invalid'),
    ])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })
}

test('the whole request of a call is told what is wrong with it', async () => {
  for (const [, text] of attacks) {
    const { event_id: id } = (await (await call([text], 'gradio_generate')).json()) as {
      event_id: string
    }
    const told = await (await fetch(`${server.url}/gradio_api/call/gradio_generate/${id}`)).text()
    expect(told).toContain('Processing error')
  }
})

test('fields and files beyond count and length: 413', async () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, 'a']))
  expect((await form('/v1/render', many, 'file')).status).toBe(413)
  const long = { request: `{"prompt": "${'a'.repeat(2 * 2 ** 20)}"}` }
  expect((await form('/v1/scenes', long)).status).toBe(413)
})

const image = 'content-disposition: form-data; name="image"; filename="a"'
test.each([
  ['no boundary', 'multipart/form-data', ''],
  ['an empty boundary', 'multipart/form-data; boundary=', ''],
  ['a boundary of 10 kB', `multipart/form-data; boundary=${'b'.repeat(10_000)}`, '--b--'],
  ['nothing', 'multipart/form-data; boundary=b', ''],
  ['no form', 'multipart/form-data; boundary=b', 'junk'],
  ['half a file', 'multipart/form-data; boundary=b', `--b\r\n${image}\r\n\r\nxxx`],
  ['a part without a name', 'multipart/form-data; boundary=b', '--b\r\n\r\n--b--'],
  [
    '5,000 headers of a part',
    'multipart/form-data; boundary=b',
    `--b\r\n${'x: y\r\n'.repeat(5000)}\r\n--b--`,
  ],
  [
    'a field of a prototype',
    'multipart/form-data; boundary=b',
    '--b\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n',
  ],
  [
    'a form in a form',
    'multipart/form-data; boundary=b',
    '--b\r\ncontent-disposition: form-data; name="request"\r\ncontent-type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n--c--\r\n--b--\r\n',
  ],
])('a form of %s: 400 wherever forms are taken', async (_, type, body) => {
  for (const path of ['/v1/scenes', '/v1/render', '/v1/convert?to=spz', '/gradio_api/upload']) {
    const headers = { 'content-type': type }
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
    expect([path, answer.status]).toEqual([path, 400])
  }
})
