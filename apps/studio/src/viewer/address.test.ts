import { expect, test } from 'vitest'
import { viewedFile } from './address.ts'

const page = 'http://localhost:7860/viewer'

test('a viewer shows a file of its own server or of another', () => {
  const own = viewedFile(`${page}?url=%2Fv1%2Fscenes%2Fa%2Ffiles%2Fscene.spz`)!
  expect(own.url.href).toBe('http://localhost:7860/v1/scenes/a/files/scene.spz')
  expect(own.name).toBe('scene.spz')
  const other = viewedFile(`${page}?url=https://example.org/a%20house.ply?x=1`)!
  expect([other.url.origin, other.name]).toEqual(['https://example.org', 'a house.ply'])
  expect(viewedFile(page)).toBeUndefined()
  expect(viewedFile(`${page}?url=`)).toBeUndefined()
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'http://'])(
  '%s is no address of a file',
  (url) => {
    expect(() => viewedFile(`${page}?url=${encodeURIComponent(url)}`)).toThrow(TypeError)
  },
)
