import { describe, expect, test } from 'vitest'
import { checkManifest, writeManifest, type ConvertedManifest } from './manifest.ts'

const layout = '0123abcd'
const file = { path: 'vae/config.json', bytes: 12, sha256: 'ab'.repeat(32) }
const manifest: ConvertedManifest = {
  name: 'flashworld',
  precision: 'int8',
  sources: [{ repository: 'a/b', revision: 'c'.repeat(40) }],
  layouts: { textEncoder: layout, vae: layout, transformer: layout, reconDecoder: layout },
  files: [file, { ...file, path: 'transformer/model-00001-of-00002.safetensors' }],
}
const parsed = () => JSON.parse(writeManifest(manifest)) as Record<string, unknown>

test('is read as it was written', () => {
  expect(checkManifest(parsed())).toEqual(manifest)
})

describe('refuses', () => {
  test.each([
    '../vae/config.json',
    'vae/../../config.json',
    '/etc/passwd',
    '/vae/config.json',
    'vae//config.json',
    'vae/./config.json',
    'vae\\config.json',
    '..\\vae/config.json',
    'C:/vae/config.json',
    'C:config.json',
    '//host/share/config.json',
    'vae/config.json/',
    'vae/config.json\0',
    'vae/config.json\n',
    'vae/',
    '.ssh/id.json',
    'vae/.hidden.json',
    'vae/config.json:stream',
    'config.json',
    'flashworld.json',
    '',
    'vae/%2e%2e/config.json',
    'a/b/c.json',
  ])('the path %j', (path) => {
    expect(() => checkManifest({ ...parsed(), files: [{ ...file, path }] })).toThrow(
      expect.objectContaining({ code: 'weights/manifest' }),
    )
  })

  test.each<[string, Record<string, unknown>]>([
    ['a file twice', { files: [file, { ...file, path: 'vae/Config.json'.toLowerCase() }] }],
    ['a size that is none', { files: [{ ...file, bytes: -1 }] }],
    ['a size beyond what can be counted', { files: [{ ...file, bytes: 2 ** 60 }] }],
    ['a hash that is none', { files: [{ ...file, sha256: 'x'.repeat(64) }] }],
    ['files that are none', { files: { length: 1, 0: file } }],
    ['a precision nobody knows', { precision: 'int3' }],
    ['no layouts', { layouts: undefined }],
    ['a layout missing', { layouts: { ...manifest.layouts, vae: undefined } }],
    ['sources that are none', { sources: [1] }],
  ])('%s', (_, wrong) => {
    expect(() => checkManifest({ ...parsed(), ...wrong })).toThrow(
      expect.objectContaining({ code: 'weights/manifest' }),
    )
  })

  test('another format', () => {
    expect(() => checkManifest({ ...parsed(), format: 2 })).toThrow(
      expect.objectContaining({ code: 'weights/outdated' }),
    )
  })
})
