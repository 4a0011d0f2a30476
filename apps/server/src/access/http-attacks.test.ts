import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addToken } from './tokens.ts'
import { codeOf, json, serve, statusIn, talk } from '../../test/serve.ts'

let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve({ 'max-body': '64k', 'rate-limit': '1000000' })
})
afterAll(() => server[Symbol.asyncDispose]())

const submit = (init: RequestInit) => fetch(`${server.url}/v1/scenes`, init)
const isWell = async () => (await fetch(`${server.url}/healthz`)).status === 200
const head = (...lines: string[]) =>
  [
    'POST /v1/scenes HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n')

describe('bodies', () => {
  test('one byte more than is taken: 413', async () => {
    const body = (bytes: number) => `{"prompt": "${'a'.repeat(bytes - 14)}"}`
    expect((await submit(json(body(65_536)))).status).toBe(400) // a long prompt, but read
    expect((await submit(json(body(65_537)))).status).toBe(413)
  })

  test('one without an end is cut where it is too large, and the connection with it', async () => {
    const before = process.memoryUsage.rss()
    let sent = 0
    const heard = await new Promise<string>((resolve) => {
      let answer = ''
      const socket = connect(server.port, 'localhost', () => {
        socket.write(head('transfer-encoding: chunked'))
        const more = () => {
          while (!socket.destroyed && socket.writable) {
            sent += 4096
            if (!socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`))
              return void socket.once('drain', more)
          }
        }
        more()
      })
      socket.on('data', (chunk) => (answer += String(chunk)))
      socket.on('error', () => {})
      socket.on('close', () => resolve(answer))
    })
    expect(statusIn(heard)).toBe(413)
    expect(sent).toBeLessThan(64 * 2 ** 20)
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20)
  })

  test('500,000 chunks of a byte: refused, and nobody is harmed', async () => {
    const chunks = Buffer.from(
      `${head('transfer-encoding: chunked')}${'1\r\nx\r\n'.repeat(500_000)}`,
    )
    expect(statusIn(await talk(server.port, chunks, 30_000))).toBe(413)
    expect(await isWell()).toBe(true)
  })

  test.each([
    ['two lengths', head('content-length: 2', 'content-length: 3') + '{}x'],
    ['a length and chunks', `${head('content-length: 2', 'transfer-encoding: chunked')}0\r\n\r\n`],
    ['chunks by another name', `${head('transfer-encoding: chunked, identity')}0\r\n\r\n`],
    ['a chunk of no size', `${head('transfer-encoding: chunked')}zz\r\n`],
    ['a length below zero', head('content-length: -1')],
  ])('%s: 400, and the connection ends', async (_, text) => {
    const heard = await talk(server.port, text)
    expect(statusIn(heard)).toBe(400)
    expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })

  const deep = (open: string, close: string) => open.repeat(20_000) + close.repeat(20_000)
  test.each([
    ['deep lists', deep('[', ']')],
    ['deep objects', `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`],
    ['a prototype', '{"prompt": "a", "__proto__": {"admin": 1}}'],
    ['a prototype deep inside', '{"prompt": "a", "cameras": [{"__proto__": 1}]}'],
    ['a prototype in other letters', '{"prompt": "a", "\\u005f_proto__": 1}'],
    ['a constructor', '{"constructor": {"prototype": {"admin": 1}}}'],
    ['a key twice', '{"prompt": "a", "seed": 1, "seed": 2}'],
    ['a key twice in other letters', '{"prompt": "a", "seed": 1, "\\u0073eed": 2}'],
    ['a mark of byte order', '\ufeff{"prompt": "a"}'],
    ['a comment', '{"prompt": "a" /* b */}'],
    ['a comma too many', '{"prompt": "a",}'],
    ['half of it', '{"prompt": "a'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"a"'],
  ])('%s: 400', async (_, body) => {
    const answer = await submit(json(body))
    expect(answer.status).toBe(400)
    expect(await codeOf(answer)).toBe('body/invalid')
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  test('a million levels are refused before anything is parsed', async () => {
    await using large = await serve({ 'max-body': '16m' })
    const began = performance.now()
    const answer = await fetch(`${large.url}/v1/scenes`, json('['.repeat(1_000_000)))
    expect(answer.status).toBe(400)
    expect(performance.now() - began).toBeLessThan(2000)
  })

  test('what is not UTF-8: 400', async () => {
    const body = Buffer.from('{"prompt": "\xff\xfe"}', 'latin1')
    const headers = { 'content-type': 'application/json' }
    expect((await submit({ method: 'POST', headers, body })).status).toBe(400)
  })

  test.each([
    ['1e400', { status: 400 }],
    ['9007199254740993', { status: 400 }],
    ['-1', { status: 400 }],
    ['"5"', { status: 400 }],
    ['[5]', { status: 400 }],
    ['true', { status: 400 }],
    ['1.5', { status: 400 }],
  ])('a seed of %s: 400, nothing is made to fit', async (seed, { status }) => {
    expect((await submit(json(`{"prompt": "a", "seed": ${seed}}`))).status).toBe(status)
  })
})

describe('connections', () => {
  test('headers that come a byte at a time are cut after 15 s, and others answered meanwhile', async () => {
    const began = performance.now()
    const drips = Array.from({ length: 50 }, () => {
      const socket = connect(server.port, 'localhost', () =>
        socket.write('GET /healthz HTTP/1.1\r\n'),
      )
      const timer = setInterval(() => socket.write('a'), 1000)
      socket.on('error', () => {})
      return new Promise<void>((resolve) =>
        socket.once('close', () => {
          clearInterval(timer)
          resolve()
        }),
      )
    })
    expect(await isWell()).toBe(true)
    await Promise.all(drips)
    expect(performance.now() - began).toBeGreaterThan(14_000)
    expect(performance.now() - began).toBeLessThan(30_000)
  })

  test.each([
    ['a header of 20 kB', `x: ${'a'.repeat(20_000)}`],
    ['2,000 headers', Array.from({ length: 2000 }, (_, i) => `x${i}: aaaaaaa`).join('\r\n')],
    ['cookies of 20 kB', `cookie: ${'a=b; '.repeat(4000)}`],
  ])('%s: 431', async (_, lines) => {
    const text = `GET /healthz HTTP/1.1\r\nhost: localhost\r\n${lines}\r\n\r\n`
    expect(statusIn(await talk(server.port, text))).toBe(431)
  })

  test('a path of 100 kB: 431', async () => {
    const text = `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`
    expect(statusIn(await talk(server.port, text))).toBe(431)
  })

  test.each([
    ['no host', 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    [
      'two hosts',
      'GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
      421,
    ],
    [
      'a whole URL of another host',
      'GET http://evil.example/healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
      421,
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n', 400],
    ['a folded header', 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\r\n b: c\r\n\r\n', 400],
    ['a bare CR', 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\rb: c\r\n\r\n', 400],
  ])('%s', async (_, text, status) => {
    expect(statusIn(await talk(server.port, text))).toBe(status)
  })
})

describe('paths', () => {
  const unknown = '/v1/scenes/00000000-0000-4000-8000-000000000000'
  test.each([
    '..%2f..%2fetc%2fpasswd',
    '%252e%252e%252fetc%252fpasswd',
    '..%5c..%5cwindows%5cwin.ini',
    '....%2f%2fetc%2fpasswd',
    'a%00.ply',
    'C:%2fwindows%2fwin.ini',
    '%2fetc%2fpasswd',
    '__proto__',
    'toString',
    `${'a'.repeat(64)}`,
    '1%27%3B%20drop%20table%20jobs%3B--',
  ])('%s as an id is unknown like any other', async (name) => {
    const answers = await Promise.all([
      fetch(`${server.url}${unknown}`),
      fetch(`${server.url}/v1/scenes/${name}`),
      fetch(`${server.url}/v1/scenes/${name}/files/scene.ply`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    const bodies = await Promise.all(
      answers.map(async (answer) => {
        const { error } = (await answer.json()) as { error: Record<string, unknown> }
        return { ...error, requestId: '' }
      }),
    )
    expect(bodies[1]).toEqual(bodies[0])
    expect(bodies[2]).toEqual(bodies[0])
  })

  test('as the name of a file: 404', async () => {
    const { id } = (await (await submit(json({ prompt: 'a' }))).json()) as { id: string }
    for (const name of [
      '..%2f0%2fphotograph',
      '..%2f..%2fqueue.sqlite',
      '.hidden',
      'a%00',
      'photograph',
    ])
      expect((await fetch(`${server.url}/v1/scenes/${id}/files/${name}`)).status, name).toBe(404)
  })

  test.each([
    '/%zz',
    '/v1/scenes/%c0%ae',
    '/..%2f..%2fetc',
    '//etc/passwd',
    '/static//etc/passwd',
    '/file=/proc/self/environ',
    '/proxy=http://169.254.169.254/',
  ])('%s: 404', async (path) => {
    const text = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`
    expect(statusIn(await talk(server.port, text))).toBe(404)
  })
})

describe('what is said and kept', () => {
  test('a page of an allowed origin may call, and its browser is told so', async () => {
    const origin = 'https://studio.example'
    await using open = await serve({ 'cors-origin': origin })
    const preflight = await fetch(`${open.url}/v1/scenes`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('vary')).toBe('origin')
    const other = await fetch(`${open.url}/v1/queue`, {
      headers: { origin: 'https://evil.example' },
    })
    expect(other.status).toBe(403)
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('addresses that a stranger tells are not believed', async () => {
    await using limited = await serve({ 'rate-limit': '3' })
    const statuses = []
    for (let i = 0; i < 5; i++) {
      const { headers, ...init } = json({})
      const from = { ...headers, 'x-forwarded-for': `10.0.0.${i}`, 'x-real-ip': `10.0.0.${i}` }
      const answer = await fetch(`${limited.url}/v1/scenes`, { ...init, headers: from })
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([400, 400, 400, 429, 429])
    expect(limited.lines.join()).not.toContain('10.0.0.')
  })

  test('without a gateway’s token nobody takes another name to escape a limit', async () => {
    let own = ''
    await using limited = await serve({ 'rate-limit': '2', token: 'fw_admin' }, async (data) => {
      own = await addToken(join(data, 'tokens.json'), 'studio', ['generate'])
    })
    const submitAs = async (token: string, name: string) => {
      const { headers, ...init } = json({})
      const named = { ...headers, authorization: `Bearer ${token}`, 'x-flashworld-client': name }
      return (await fetch(`${limited.url}/v1/scenes`, { ...init, headers: named })).status
    }
    expect(await submitAs('fw_admin', 'anna')).toBe(400)
    expect(await submitAs('fw_admin', 'anna')).toBe(400)
    expect(await submitAs('fw_admin', 'anna')).toBe(429)
    expect(await submitAs('fw_admin', 'ben')).toBe(400)
    expect(await submitAs(own, 'anna')).toBe(400)
    expect(await submitAs(own, 'ben')).toBe(400)
    expect(await submitAs(own, 'eve')).toBe(429)
  })

  test('after ten wrong tokens a right one is not told from them, but for who came before', async () => {
    await using guarded = await serve({ token: 'fw_right' })
    const status = async (token: string) =>
      (await fetch(`${guarded.url}/v1/queue`, { headers: { authorization: `Bearer ${token}` } }))
        .status
    const statuses = []
    for (let i = 0; i < 12; i++) statuses.push(await status(`fw_wrong${i}`))
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
    expect(await status('fw_right')).toBe(429)
    await using known = await serve({ token: 'fw_right' })
    const again = async (token: string) =>
      (await fetch(`${known.url}/v1/queue`, { headers: { authorization: `Bearer ${token}` } }))
        .status
    expect(await again('fw_right')).toBe(200)
    for (let i = 0; i < 12; i++) await again('fw_wrong')
    expect(await again('fw_right')).toBe(200)
  })

  test.each(['', 'Bearer', 'Bearer ', `Bearer ${'a'.repeat(10_000)}`, 'Basic YTpi', 'fw_right'])(
    'authorization %j: 401',
    async (authorization) => {
      await using guarded = await serve({ token: 'fw_right' })
      const answer = await fetch(`${guarded.url}/v1/queue`, { headers: { authorization } })
      expect(answer.status).toBe(401)
      const asked = await fetch(`${guarded.url}/v1/queue?token=fw_right`)
      expect(asked.status).toBe(401)
      expect(guarded.lines.join()).not.toContain('fw_right')
    },
  )

  test('the log is one line for each answer, of routes and codes, without prompts', async () => {
    server.lines.length = 0
    await submit(json({ prompt: 'a secret wish\r\n"level":60', seed: 7 }))
    await fetch(`${server.url}/a%0d%0aGET%20/evil`)
    const lines = server.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(server.lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
    expect(server.lines.join()).not.toMatch(/secret|evil/)
    expect(lines.map(({ route, status }) => [route, status])).toEqual(
      expect.arrayContaining([
        ['/v1/scenes', 202],
        ['none', 404],
      ]),
    )
    expect(lines.every(({ requestId }) => /^[\w-]{36}$/.test(String(requestId)))).toBe(true)
  })

  test('errors hold a code, words of ours and the request’s id, nothing of the machine', async () => {
    const answer = await fetch(`${server.url}/v1/scenes?limit=1000`)
    expect(answer.status).toBe(400)
    const { error } = (await answer.json()) as { error: Record<string, unknown> }
    expect(error.requestId).toBe(answer.headers.get('x-request-id'))
    expect(JSON.stringify(error)).not.toMatch(/node_modules|fastify|\/work|\bat \w+/i)
  })

  test('ranges beyond sense: 416 or the whole, never more than the file', async () => {
    const { rangeOf } = await import('../routes/send-artifact.ts')
    const many = `bytes=${Array.from({ length: 10_000 }, () => '0-0').join(',')}`
    expect(rangeOf(many, 100)).toBeUndefined()
    expect(rangeOf('bytes=5-2', 100)).toBeUndefined()
    expect(rangeOf('bytes=-1e99', 100)).toBeUndefined()
    expect(rangeOf('bytes=100-', 100)).toBe('unsatisfiable')
    expect(rangeOf('bytes=-0', 100)).toBe('unsatisfiable')
    expect(rangeOf('bytes=0-999999999', 100)).toEqual({ start: 0, end: 99 })
  })
})
