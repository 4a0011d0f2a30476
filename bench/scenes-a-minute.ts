// Scenes a minute of the published sizes (random weights) on each of a host's GPUs alone, and on all of them at once, each in
// a process of its own, as workers are:
//   node bench/scenes-a-minute.ts [scenes for each GPU]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { nvidiaSlots, runnerOnGpu } from '../apps/server/src/engine-process/gpu-choice.ts'

const scenes = process.argv[2] ?? '10'
const program = new URL('../apps/cli/src/main.ts', import.meta.url).pathname
const slots = nvidiaSlots()

/** Median seconds of a scene. */
async function secondsOn(gpu: string): Promise<number> {
  const { execPath, execArgv } = runnerOnGpu(gpu, slots)
  const args = ['bench', '--model', 'full', '--weights', 'random:1', '--runs', scenes, '--json']
  const child = spawn(execPath, [...execArgv, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const result = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { type: string; runs?: readonly { seconds: number }[] })
    .find(({ runs }) => runs)
  if (!result) throw new Error(`bench on GPU ${gpu}: expected a result, got ${output}`)
  const seconds = result.runs!.map(({ seconds }) => seconds).sort((a, b) => a - b)
  return seconds[seconds.length >> 1]!
}

const rate = (all: readonly number[]) =>
  `${all.map((s) => `${s.toFixed(2)} s`).join(', ')}: ${all.reduce((sum, s) => sum + 60 / s, 0).toFixed(1)} scenes a minute`

const numbers = slots.map(({ number }) => String(number))
console.log(`one GPU: ${rate([await secondsOn(numbers[0]!)])}`)
if (numbers.length > 1)
  console.log(`${numbers.length} at once: ${rate(await Promise.all(numbers.map(secondsOn)))}`)
