import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/scenes.ts'
import { readInput, readJson, readRequestFile } from './input.ts'

test.each([
  ['none.json', undefined, 'cannot read .*none.json: there is no such file or folder'],
  ['folder', undefined, 'cannot read .*folder: it is a folder, expected a file'],
  ['a.json/b.json', undefined, 'a file stands where its path has a folder'],
  ['a.json', ' ', 'a.json: expected JSON, got nothing'],
  ['a.json', '{"prompt":\n 7', 'a.json: expected JSON, got {"prompt": 7: '],
  ['a.json', '[1, 2]', 'a.json: expected a request as a JSON object, such as .*, got \\[1,2\\]'],
  ['a.json', 'null', 'got null'],
])('%s with %j: what was expected, what came', async (name, content, message) => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'folder'))
  await writeFile(join(folder, 'a.json'), content ?? '')
  const reading = readRequestFile(join(folder, name))
  await expect(reading).rejects.toThrow(new RegExp(message))
  await expect(reading).rejects.toMatchObject({ code: 'input/unreadable' })
})

test('what is there comes back', async () => {
  const path = join(await temporaryFolder(), 'a.json')
  await writeFile(path, '{"prompt":"a red house"}')
  expect(await readRequestFile(path)).toEqual({ prompt: 'a red house' })
  expect(await readJson(path)).toEqual({ prompt: 'a red house' })
  expect((await readInput(path)).length).toBe(24)
})
