import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readRequest } from './request-files.ts'

test('an image is read from beside the request', async () => {
  const request = await readRequest('assets/examples/photograph.json')
  expect(request).toMatchObject({
    image_prompt: new Uint8Array(await readFile('assets/examples/photograph.png')),
  })
})

test('a data URL stays what it is; a file outside of the folder is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'request-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const read = async (image: string) => {
    await writeFile(join(folder, 'a.json'), JSON.stringify({ image }))
    return readRequest(join(folder, 'a.json'))
  }
  expect(await read('data:image/png;base64,AQID')).toEqual({ image: 'data:image/png;base64,AQID' })
  await expect(read('../photograph.png')).rejects.toThrow(
    "expected a file in the request's folder, got '../photograph.png'",
  )
  await expect(read('none.png')).rejects.toMatchObject({ code: 'input/unreadable' })
})
