import { expect, test } from 'vitest'
import { fakeServer, refusal } from '../../test/fake-client.ts'
import { historyInMemory } from './history-store.ts'
import { createLibrary } from './library.ts'
import type { WorldRecord } from './record.ts'
import { recordOfFile } from './record.ts'

const record = (is: Partial<WorldRecord> = {}): WorldRecord => ({
  ...recordOfFile({ id: 'a', name: 'scene.spz' }, 1),
  scene: 'scene-1',
  ...is,
})

function library(mostBytes?: number) {
  const server = fakeServer()
  const history = historyInMemory()
  let time = 10
  const made = createLibrary({
    workshop: server.client,
    history,
    now: () => time++,
    ...(mostBytes !== undefined && { mostBytes }),
  })
  return {
    server,
    history,
    library: made,
    ids: () => made.store.getState().records.map((r) => r.id),
  }
}

test('a world comes from the server once, and then from here', async () => {
  const { server, library: worlds } = library()
  await worlds.put(record())
  expect(await (await worlds.world('a')).file.text()).toBe('scene-1/scene.spz')
  server.refuse('file', refusal(404, 'file/unknown'))
  expect(await (await worlds.world('a')).file.text()).toBe('scene-1/scene.spz')
})

test('a world that is neither here nor there says so', async () => {
  const { server, library: worlds } = library()
  await worlds.put(record())
  server.refuse('file', refusal(404, 'file/unknown'))
  await expect(worlds.world('a')).rejects.toMatchObject({ code: 'world/expired' })
  server.refuse('file', refusal(503, 'work/busy'))
  await expect(worlds.world('a')).rejects.toMatchObject({ code: 'work/busy' })
  await worlds.put(record({ id: 'b', scene: null }))
  await expect(worlds.world('b')).rejects.toMatchObject({ code: 'world/expired' })
  await expect(worlds.world('c')).rejects.toMatchObject({ code: 'world/expired' })
})

test('the history is there again, without what failed, and forgets what is removed', async () => {
  const { server, history, library: worlds, ids } = library()
  await history.put(record({ id: 'old', createdAt: 1 }))
  await history.put(record({ id: 'new', createdAt: 2 }))
  await history.put(record({ id: 'bad', state: 'failed' }))
  await history.put(record({ id: 'way', createdAt: 3, state: 'making' }))
  // what came meanwhile is there once
  await worlds.put(record({ id: 'new', createdAt: 2, name: 'named' }))
  await worlds.load()
  expect(ids()).toEqual(['way', 'new', 'old'])
  expect(worlds.store.getState().records[1]).toMatchObject({ name: 'named' })
  expect((await history.records()).map(({ id }) => id).toSorted()).toEqual(['new', 'old', 'way'])
  await worlds.remove('way')
  await worlds.update('old', { isStarred: true, name: 'Mine' })
  expect(await history.records()).toContainEqual(
    expect.objectContaining({ id: 'old', isStarred: true, name: 'Mine' }),
  )
  server.refuse('remove', refusal(404, 'job/unknown'))
  await worlds.remove('old')
  await worlds.remove('new')
  expect(ids()).toEqual([])
  expect(server.removed).toEqual(['scene-1', 'scene-1'])
  await worlds.update('new', { name: 'back' })
  expect(ids()).toEqual([])
})

test('a file that is opened is a world; old files make room, never the one that is looked at', async () => {
  const { history, library: worlds, ids } = library(5)
  const first = await worlds.open(new File(['12345'], 'first.ply'))
  const second = await worlds.open(new File(['123456789'], 'second.ply'))
  expect(ids()).toEqual([second, first])
  expect((await history.fileSizes()).map(({ id }) => id)).toEqual([second])
  expect(await worlds.world(second)).toMatchObject({ name: 'second.ply' })
})
