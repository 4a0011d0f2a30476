import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentOfGpu, nvidiaSlots } from './gpu-choice.ts'

test('two of a kind are told apart by where they sit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flashworld-gpus-'))
  for (const [pci, minor] of [
    ['0000:C9:00.0', 0],
    ['0000:17:00.0', 1],
  ] as const) {
    mkdirSync(join(folder, pci))
    writeFileSync(
      join(folder, pci, 'information'),
      `Model: \t\t NVIDIA H100 80GB HBM3\nDevice Minor: \t ${minor}\n`,
    )
  }
  const slots = nvidiaSlots(folder)
  rmSync(folder, { recursive: true })
  expect(environmentOfGpu('0', slots).DRI_PRIME).toBe('pci-0000_c9_00_0')
  expect(environmentOfGpu('1', slots).DRI_PRIME).toBe('pci-0000_17_00_0')
  expect(environmentOfGpu('0000:17:00.0', []).DRI_PRIME).toBe('pci-0000_17_00_0')
  expect(() => environmentOfGpu('2', slots)).toThrow('expected one of 0 (0000:c9:00.0), 1 (')
})

test('a machine without such GPUs has none to choose', () => {
  expect(nvidiaSlots('/nowhere')).toEqual([])
  expect(() => environmentOfGpu('0', [])).toThrow('none was found')
})
