import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createSceneWork, clearSceneWork } from './scene-work.ts'

test('work of processes that are no more is cleared, and nobody else’s', async () => {
  const root = await mkdtemp(join(tmpdir(), 'flashworld-work-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const ended = spawn('true')
  await once(ended, 'exit')
  const own = `${hostname()}.${process.pid}.before`
  const dead = `${hostname()}.${ended.pid}.abc123`
  const living = `${hostname()}.${process.ppid}.abc123`
  const [recent, old] = ['elsewhere.1.abc123', 'elsewhere.2.abc123']
  for (const name of [own, dead, living, recent, old]) await mkdir(join(root, name))
  const yesterday = new Date(Date.now() - 2 * 86_400_000)
  await utimes(join(root, old), yesterday, yesterday)
  await clearSceneWork(root)
  expect((await readdir(root)).sort()).toEqual([living, recent].sort())
  const work = createSceneWork({ root, atOnce: 1, mostWaiting: 1, timeoutMs: 1000 })
  const folder = await work.folder()
  expect([dirname(folder), basename(folder).split('.').at(-2)]).toEqual([root, String(process.pid)])
  await work.discard(folder)
  expect(await readdir(root)).toHaveLength(2)
})
