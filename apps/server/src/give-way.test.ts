import { fork } from 'node:child_process'
import { constants, getPriority } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { embeddedModel } from 'flashworld/node'

const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority
const below = Math.min(PRIORITY_LOW, getPriority() + PRIORITY_BELOW_NORMAL)

test.skipIf(below === getPriority()).each([
  ['engine-process', ['--model-path', embeddedModel(), '--backend', 'wasm']],
  ['scene-work', []],
])('%s gives way to whoever answers', async (program, args) => {
  const child = fork(new URL(`./${program}/program.ts`, import.meta.url), args, {
    serialization: 'advanced',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await expect.poll(() => getPriority(child.pid), { timeout: 60_000 }).toBe(below)
})
