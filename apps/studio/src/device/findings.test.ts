import type { BrowserCapabilities } from 'flashworld/browser'
import { expect, test } from 'vitest'
import { wordsOf } from '../words/words.ts'
import { findingsOf } from './findings.ts'
import { sizeText } from './size-text.ts'

const gpu = {
  name: 'nvidia ada',
  software: false,
  f16: true,
  subgroups: true,
  matrixUnits: true,
  bindingBytes: 2 ** 31 - 4,
  bufferBytes: 2 ** 32,
}
const best: BrowserCapabilities = {
  gpu,
  whyNoGpu: undefined,
  isolated: true,
  sharedMemory: true,
  cores: 8,
  storage: true,
  quotaBytes: 60e9,
  usedBytes: 10e9,
  webCodecs: true,
}
const standings = (found: BrowserCapabilities) =>
  Object.fromEntries(findingsOf(found).map(({ ability, standing }) => [ability, standing]))

test('a browser that has all is told so, with what it has', () => {
  expect(new Set(Object.values(standings(best)))).toEqual(new Set(['has']))
  const values = Object.fromEntries(findingsOf(best).map(({ ability, value }) => [ability, value]))
  expect(values).toMatchObject({ gpu: 'nvidia ada', threads: 8, storage: 50e9 })
})

test.each<[string, Partial<BrowserCapabilities>, object]>([
  ['no GPU', { gpu: undefined, whyNoGpu: 'none' }, { gpu: 'lacks' }],
  ['a software GPU', { gpu: { ...gpu, software: true } }, { gpu: 'part' }],
  [
    'no f16',
    { gpu: { ...gpu, f16: false, matrixUnits: false } },
    { half: 'lacks', matrix: 'lacks' },
  ],
  ['small bindings', { gpu: { ...gpu, bindingBytes: 2 ** 27 } }, { buffers: 'part' }],
  ['no isolation', { isolated: false }, { threads: 'part' }],
  ['no shared memory', { sharedMemory: false }, { threads: 'part' }],
  ['nothing kept', { storage: false, quotaBytes: undefined }, { storage: 'lacks' }],
  ['no encoder', { webCodecs: false }, { films: 'lacks' }],
])('%s is named', (_, change, expected) => {
  expect(standings({ ...best, ...change })).toMatchObject(expected)
})

test('what follows is said of every standing, in every language', () => {
  const worst: BrowserCapabilities = {
    ...best,
    gpu: { ...gpu, software: true, f16: false, matrixUnits: false, bindingBytes: 1 },
    isolated: false,
    storage: false,
    webCodecs: false,
  }
  for (const found of [best, worst, { ...worst, gpu: undefined }])
    for (const { ability, standing } of findingsOf(found))
      for (const { device } of Object.values(wordsOf))
        expect(device.abilities[ability], `${ability} ${standing}`).toHaveProperty(standing)
})

test('sizes are read at a glance', () => {
  expect([0, 999, 1500, 15.8e6, 512e6, 14.6e9, 2e12].map(sizeText)).toEqual([
    '0 B',
    '999 B',
    '1.5 kB',
    '15.8 MB',
    '512 MB',
    '14.6 GB',
    '2.0 TB',
  ])
})
