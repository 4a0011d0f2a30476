import { Agent, request } from 'node:http'
import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { serve } from '../../test/serve.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (how: { type: 'minor' | 'major' }) => void

/** Looks at a server over connections that are kept, with no full collection of garbage. */
async function look(port: number, count: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 10 })
  const one = async () => {
    const [answer] = await once(request({ port, path: '/healthz', agent }).end(), 'response')
    await once(answer.resume(), 'end')
  }
  for (let i = 0; i < count; i += 100) {
    await Promise.all(Array.from({ length: 100 }, one))
    collect({ type: 'minor' })
  }
  agent.destroy()
}

test('what was answered on a connection is let go while the connection lives', async () => {
  await using server = await serve({ 'log-level': 'error' })
  await look(server.port, 1000)
  collect({ type: 'major' })
  const before = process.memoryUsage().heapUsed
  await look(server.port, 3000)
  const kept = (process.memoryUsage().heapUsed - before) / 3000
  // an answer with all that belongs to it is 9 kB
  expect(kept).toBeLessThan(4000)
})
