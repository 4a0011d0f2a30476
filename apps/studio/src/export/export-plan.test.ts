import { expect, test } from 'vitest'
import { recordOfFile } from '../library/record.ts'
import {
  downloadName,
  fileStem,
  formatsOf,
  planScene,
  takesTarget,
  usualChoice,
} from './export-plan.ts'
import { packText, unpackText } from './pack-text.ts'

const made = { scene: 's', fileName: 'scene.spz' }
const choice = { ...usualChoice, format: 'glb' }

test('a file comes from the scene on the server, with a target from the exact scene', () => {
  expect(planScene(made, choice, true)).toEqual({
    kind: 'scene-file',
    scene: 's',
    name: 'scene.glb',
  })
  expect(planScene(made, { ...choice, tier: '500k' }, true)).toMatchObject({
    name: 'scene.500k.glb',
  })
  expect(planScene(made, { ...choice, tier: '2m', target: 'unity' }, true)).toEqual({
    kind: 'convert-scene',
    scene: 's',
    to: { to: 'glb', tier: '2m', target: 'unity' },
  })
})

test('what the server has not is converted from what is kept, unless it is just that', () => {
  expect(planScene(made, choice, false)).toEqual({ kind: 'convert-kept', to: { to: 'glb' } })
  expect(planScene(made, { ...choice, format: 'spz' }, false)).toEqual({ kind: 'kept' })
  expect(planScene(made, { ...choice, format: 'spz', tier: '100k' }, false)).toMatchObject({
    to: { to: 'spz', tier: '100k' },
  })
  const opened = { scene: null, fileName: 'House.PLY' }
  expect(planScene(opened, usualChoice, true)).toEqual({ kind: 'kept' })
  expect(planScene(opened, { ...usualChoice, target: 'unity' }, true)).toMatchObject({
    kind: 'convert-kept',
  })
})

test('formats stand in the order in which they are looked for, unknown ones last', () => {
  expect(formatsOf({ convert: ['html', 'new', 'spz', 'ply'] })).toEqual([
    'ply',
    'spz',
    'html',
    'new',
  ])
})

test('axes are chosen for what other programs open', () => {
  expect(['ply', 'glb', 'usdz', 'html'].filter(takesTarget)).toEqual(['ply', 'glb', 'usdz'])
})

test('files are called by the world’s title', () => {
  const record = recordOfFile({ id: 'a', name: 'x.ply' }, 0)
  const named = { ...record, name: 'A red  house, 夕阳!' }
  expect(downloadName(named, usualChoice)).toBe('a-red-house-夕阳.ply')
  expect(downloadName(named, { ...choice, tier: '500k' })).toBe('a-red-house-夕阳.500k.glb')
  expect(fileStem(' … ')).toBe('world')
  expect(fileStem('x'.repeat(100))).toHaveLength(60)
})

test('a text goes through a link unchanged, and only characters of URLs are in it', async () => {
  const text = JSON.stringify({ sentence: 'a red house, 夕阳', path: Array(50).fill('position') })
  const packed = await packText(text)
  expect(packed).toMatch(/^[\w-]+$/)
  expect(packed.length).toBeLessThan(text.length / 3)
  expect(await unpackText(packed)).toBe(text)
})

test.each(['', '!', 'AAAA', 'abc'])(
  'what is no such text, such as %j, is refused',
  async (text) => {
    await expect(unpackText(text)).rejects.toThrow()
  },
)

test('a link that holds more than a project is refused before it is unpacked', async () => {
  await expect(unpackText(await packText('a'.repeat(20_000_000)))).rejects.toThrow('more than')
})
