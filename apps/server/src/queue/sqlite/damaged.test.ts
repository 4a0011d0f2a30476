import { randomUUID } from 'node:crypto'
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { defaultPolicy } from '../queue.ts'
import { createSqlQueue } from '../sql-queue.ts'
import { openSqlite } from './database.ts'

/** Writes over the bytes of a page in the middle. */
function scribble(file: string) {
  const open = openSync(file, 'r+')
  writeSync(open, Buffer.alloc(4096, 0xa5), 0, 4096, Math.floor(statSync(file).size / 8192) * 4096)
  closeSync(open)
}

test.each([
  ['cut in half', (file: string) => truncateSync(file, statSync(file).size / 2)],
  ['of another kind', (file: string) => scribbleHead(file)],
  ['scribbled over', scribble],
])('a database that is %s is refused, and says what to do', async (_, damage) => {
  const folder = mkdtempSync(join(tmpdir(), 'flashworld-damaged-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'queue.sqlite')
  const queue = await createSqlQueue(openSqlite(file), defaultPolicy)
  const words = { owner: 'o', client: 'c', priority: 0, digest: '', pixels: 7, budgetSeconds: 1 }
  for (let i = 0; i < 50; i++)
    await queue.submit({ id: randomUUID(), request: { prompt: 'a'.repeat(5000) }, ...words })
  await queue.close()
  await openSqlite(file).close()
  damage(file)
  expect(() => openSqlite(file)).toThrow(
    expect.objectContaining({ code: 'data/damaged', hint: expect.stringContaining('.recover') }),
  )
})

function scribbleHead(file: string) {
  const open = openSync(file, 'r+')
  writeSync(open, 'not a database', 0)
  closeSync(open)
}
