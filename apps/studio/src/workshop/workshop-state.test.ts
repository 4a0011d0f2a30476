import type { Client, ServerModel } from 'flashworld/client'
import { expect, test } from 'vitest'
import { createWorkshopStore, followWorkshop } from './workshop-state.ts'

const model = { name: 'mini' } as ServerModel

test('a server that goes and comes is told so, and what was known of it stays', async () => {
  const answers = [true, false, true]
  const client = {
    models: async () => {
      if (answers.shift()) return [model]
      throw new TypeError('fetch failed')
    },
    capabilities: async () => ({ model: 'mini' }),
  } as unknown as Client
  const store = createWorkshopStore()
  const controller = new AbortController()
  const seen: unknown[] = []
  const pauses: number[] = []
  await followWorkshop(client, store, controller.signal, async (milliseconds) => {
    const { answers: now, models } = store.getState()
    seen.push([now, models.length])
    pauses.push(milliseconds)
    if (seen.length === 3) controller.abort()
  })
  expect(seen).toEqual([
    ['yes', 1],
    ['no', 1],
    ['yes', 1],
  ])
  // one that is gone is asked sooner
  expect(pauses[1]).toBeLessThan(pauses[0]!)
})
