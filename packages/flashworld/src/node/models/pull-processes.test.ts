import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startHub } from '../../../test/hub-server.ts'
import {
  differences,
  fingerprint,
  killPulls,
  pullProgram,
  startPull,
} from '../../../test/kill-pulls.ts'

function newHome() {
  const home = mkdtempSync(join(tmpdir(), 'flashworld-pulls-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

test('three processes at once fetch each file once, and end with the same files as one', async () => {
  await using server = await startHub()
  server.rate = 8e6
  const [alone, shared] = [newHome(), newHome()]
  expect(await startPull(alone, server.url).ended).toBe(0)
  server.requests.length = 0
  const pulls = Array.from({ length: 3 }, () => startPull(shared, server.url))
  expect(await Promise.all(pulls.map(({ ended }) => ended))).toEqual([0, 0, 0])
  expect(differences(fingerprint(alone), fingerprint(shared))).toEqual([])
  const fetched = server.requests.filter(({ place }) => place === 'store').map(({ name }) => name)
  expect(fetched.toSorted()).toEqual([...new Set(fetched)].sort())
})

test('killed at any moment, the next run ends with the same files as an undisturbed one', async () => {
  const { problems } = await killPulls({ kills: 4, program: pullProgram })
  expect(problems).toEqual([])
})
