import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/scenes.ts'
import { checkNew, saveFile, saveThrough } from './save.ts'

/** Above the largest number that Linux gives a process. */
const gone = 999_999_999

async function* twoThen(end: () => void) {
  yield Uint8Array.of(1, 2)
  end()
  yield Uint8Array.of(3)
}

test('a file is there whole or not at all, and what stood there stays until then', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'new', 'a.bin')
  expect(
    await saveFile(
      path,
      twoThen(() => {}),
    ),
  ).toBe(3)
  const broken = twoThen(() => {
    throw new Error('enough')
  })
  await expect(saveFile(path, broken)).rejects.toThrow('enough')
  expect([...(await readFile(path))]).toEqual([1, 2, 3])
  expect(await readdir(join(folder, 'new'))).toEqual(['a.bin'])
})

test('a signal stops the writing between two chunks, and nothing stays', async () => {
  const folder = await temporaryFolder()
  const stop = new AbortController()
  const content = twoThen(() => stop.abort(new Error('stopped')))
  await expect(saveFile(join(folder, 'a.bin'), content, stop.signal)).rejects.toThrow('stopped')
  expect(await readdir(folder)).toEqual([])
})

test('what processes that are gone were writing is swept, files and folders; what others write stays', async () => {
  const folder = await temporaryFolder()
  const left = [`.a.mp4.${gone}-0a1b2c.part`, `.frames.${gone}-0a1b2c.part`]
  const ofOurNumber = `.b.ply.${process.pid}-0a1b2c.part`
  const others = [`.c.ply.${process.ppid}-0a1b2c.part`, 'd.part', `.e.${gone}.part`]
  for (const name of [left[0]!, ofOurNumber, ...others]) await writeFile(join(folder, name), 'x')
  await mkdir(join(folder, left[1]!))
  await writeFile(join(folder, left[1]!, 'frame_0000.png'), 'x')
  await saveThrough(join(folder, 'whole'), async (part) => {
    // a save beside one that is under way takes nothing from it
    await writeFile(part, 'ours')
    await saveFile(join(folder, 'other'), Uint8Array.of(1))
  })
  expect(await readdir(folder)).toEqual([...others, 'other', 'whole'].sort())
  expect(await readFile(join(folder, 'whole'), 'utf8')).toBe('ours')
})

test('what cannot be written, and what is there already, has a code', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'a'), '')
  await expect(saveFile(join(folder, 'a', 'b'), Uint8Array.of(1))).rejects.toMatchObject({
    code: 'output/unwritable',
  })
  await expect(checkNew(join(folder, 'a'))).rejects.toMatchObject({ code: 'output/exists' })
  await checkNew(join(folder, 'b'))
})
