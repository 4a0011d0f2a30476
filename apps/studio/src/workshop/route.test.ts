import { expect, test } from 'vitest'
import { fakeServer } from '../../test/fake-client.ts'
import { routeWorkshops } from './route.ts'
import { createSettings } from './settings.ts'
import type { WorkshopName } from './workshop.ts'
import { keptFile, newDeviceScene, workshopOf } from './workshop.ts'

const text = async (answer: Promise<Response>) => (await answer).text()

test('new worlds are made where it is chosen, each is found where it was made', async () => {
  const [server, device] = [fakeServer(), fakeServer()]
  let chosen: WorkshopName = 'server'
  const workshop = routeWorkshops({
    workshops: { server: server.client, device: device.client },
    chosen: () => chosen,
  })
  await workshop.scenes.createBatch({}, [1])
  chosen = 'device'
  await workshop.scenes.createBatch({}, [2])
  expect([server.requests.length, device.requests.length]).toEqual([1, 1])
  const own = newDeviceScene('a')
  await workshop.scenes.cancel(own)
  await workshop.scenes.remove('b')
  expect([device.cancelled, device.removed]).toEqual([[own], []])
  expect([server.cancelled, server.removed]).toEqual([[], ['b']])
  expect(await text(workshop.scenes.file('b', 'scene.spz'))).toBe('b/scene.spz')
  server.tell('b', { type: 'cancelled' })
  expect((await Array.fromAsync(workshop.events('b'))).map(({ type }) => type)).toEqual([
    'cancelled',
  ])
})

test('a scene of a place that is not there is gone', async () => {
  const { client } = fakeServer()
  const workshop = routeWorkshops({ workshops: { device: client }, chosen: () => 'device' })
  await expect(workshop.scenes.file('b', 'scene.spz')).rejects.toMatchObject({
    code: 'world/expired',
    status: 404,
  })
})

test('what this device makes is kept exact, what comes over the network small', () => {
  expect([newDeviceScene('a'), 'a'].map(workshopOf)).toEqual(['device', 'server'])
  expect([newDeviceScene('a'), 'a'].map(keptFile)).toEqual(['scene.ply', 'scene.spz'])
})

test('settings are kept, each by itself, and only what there is can be chosen', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  const first = createSettings(storage, ['server', 'device'])
  expect(first.getState()).toEqual({
    chosen: 'server',
    backend: 'auto',
    precision: 'auto',
    gibibytes: null,
    model: null,
  })
  const wish = { chosen: 'device', backend: 'wasm', gibibytes: 8, model: 'big' } as const
  first.setState(wish)
  expect(createSettings(storage, ['server', 'device']).getState()).toMatchObject(wish)
  expect(createSettings(storage, ['server']).getState()).toMatchObject({
    ...wish,
    chosen: 'server',
  })
  kept.set('flashworld.workshop', '{"backend":"cuda","gibibytes":9,"model":5}')
  expect(createSettings(storage, ['device']).getState()).toEqual({
    chosen: 'device',
    backend: 'auto',
    precision: 'auto',
    gibibytes: null,
    model: null,
  })
})
