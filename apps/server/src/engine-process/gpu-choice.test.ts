import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { nvidiaSlots, runnerOnGpu } from './gpu-choice.ts'

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'flashworld-gpus-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const slots = [
  { number: 0, pci: '0000:c9:00.0' },
  { number: 1, pci: '0000:17:00.0' },
  { number: 2, pci: '0000:ca:00.0' },
]

test('GPUs are numbered as their driver does, and known by where they sit', () => {
  const folder = temporaryFolder()
  for (const { number, pci } of [slots[2]!, slots[0]!, slots[1]!]) {
    mkdirSync(join(folder, pci.toUpperCase()))
    writeFileSync(
      join(folder, pci.toUpperCase(), 'information'),
      `Model: \t\t NVIDIA H100 80GB HBM3\nDevice Minor: \t ${number}\n`,
    )
  }
  expect(nvidiaSlots(folder)).toEqual(slots)
  expect(nvidiaSlots('/nowhere')).toEqual([])
})

test('what is no GPU of the machine is refused with those that are', () => {
  expect(() => runnerOnGpu('3', slots)).toThrow('expected one of 0 (0000:c9:00.0), 1 (')
  expect(() => runnerOnGpu('0', [])).toThrow('none was found')
})

test('the only GPU needs no hiding', () => {
  expect(runnerOnGpu('0', slots.slice(0, 1))).toEqual({ execPath: process.execPath, execArgv: [] })
})

const mayUnshare = spawnSync('unshare', ['--mount', 'true']).status === 0
if (!mayUnshare) process.stderr.write('skipped: hiding GPUs (no mount namespaces here)\n')

test.skipIf(!mayUnshare)(
  'a program sees the node of its own GPU, and nothing in the others',
  () => {
    const nodes = join(temporaryFolder(), 'nvidia')
    for (const { number } of slots) writeFileSync(`${nodes}${number}`, `GPU ${number}`)
    const { execPath, execArgv } = runnerOnGpu('0000:17:00.0', slots, nodes)
    const read = `console.log([0, 1, 2].map((n) => require('fs').readFileSync('${nodes}' + n, 'utf8')).join())`
    expect(
      execFileSync(execPath, [...execArgv, '-e', read])
        .toString()
        .trim(),
    ).toBe(',GPU 1,')
  },
)
