import { expect, test } from 'vitest'
import { refusal } from '../../test/fake-client.ts'
import { failureOf, persistently } from './failure.ts'

const tryAgain = (errors: readonly unknown[], pauses = [0, 0]) => {
  const left = [...errors]
  const connections: boolean[] = []
  const result = persistently(
    async () => {
      if (left.length > 0) throw left.shift()
      return 'done'
    },
    {
      signal: new AbortController().signal,
      pauses,
      onConnection: (isConnected) => connections.push(isConnected),
    },
  )
  return { result, connections }
}

test.each([
  ['no answer', new TypeError('fetch failed')],
  ['a server that starts anew', refusal(503, 'server/stopping')],
  ['a server that has too much to do', refusal(429, 'queue/full')],
])('%s passes, and is told while it lasts', async (_, error) => {
  const { result, connections } = tryAgain([error, error])
  expect(await result).toBe('done')
  expect(connections).toEqual([false, false, true])
})

test('what goes at once is told of no connection', async () => {
  const { result, connections } = tryAgain([])
  expect(await result).toBe('done')
  expect(connections).toEqual([])
})

test('what does not pass is thrown at once, what does after the last try', async () => {
  const refused = tryAgain([refusal(400, 'request/invalid')])
  await expect(refused.result).rejects.toMatchObject({ code: 'request/invalid' })
  expect(refused.connections).toEqual([])
  const none = new TypeError('fetch failed')
  await expect(tryAgain([none, none, none]).result).rejects.toBe(none)
})

test('who gives up is not tried for', async () => {
  const stop = new AbortController()
  const result = persistently(() => Promise.reject(new TypeError('fetch failed')), {
    signal: stop.signal,
    pauses: [60_000],
  })
  stop.abort(new Error('gone'))
  await expect(result).rejects.toThrow('gone')
})

test('whatever was thrown is a failure with a code', () => {
  expect(failureOf(refusal(400, 'image/unreadable'))).toMatchObject({ code: 'image/unreadable' })
  expect(failureOf(new TypeError('fetch failed')).code).toBe('server/unreachable')
  expect(failureOf(Object.assign(new Error('bad'), { code: 'splats/bad' }))).toEqual({
    code: 'splats/bad',
    message: 'bad',
  })
  expect(failureOf('odd')).toEqual({ code: 'studio/failed', message: 'odd' })
})
