import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { spawnTestWorker } from '../../test/threads.ts'
import { createWasmEngine, EngineError } from '../index.ts'
import { word } from './control.ts'
import { flatten } from './kernel.ts'
import { instantiateKernels, loadKernels } from './module.ts'
import { createLoss } from '../loss.ts'
import { createTeam } from './team.ts'
import { copyRunsKernel } from './wasm-kernels.ts'
import type { SpawnWorker } from './worker.ts'

async function team(options: {
  spawn: SpawnWorker
  patienceSeconds?: number
  startSeconds?: number
}) {
  const module = await loadKernels({ simd: 'plain', shared: true })
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true })
  const kernels = instantiateKernels(module, memory)
  const control = Math.ceil(kernels.memoryStart / 64) * 64
  return {
    memory,
    team: await createTeam({
      module,
      memory,
      kernels,
      control,
      threads: 2,
      loss: createLoss(),
      ...options,
    }),
  }
}

const copy = (runs: number) => ({
  kernel: copyRunsKernel.name,
  args: flatten(
    copyRunsKernel.args,
    { from: 65536, to: 98304, fromApart: 1, toApart: 1, length: 1, rows: runs, rowsPerJob: 1 },
    () => 0,
  ),
  jobs: runs,
  scratch: 0,
  scratchStride: 0,
})

test('every job is done once, however many dispatches follow each other', async () => {
  const { memory, team: pair } = await team({ spawn: spawnTestWorker })
  const from = new Uint32Array(memory.buffer, 65536, 1000)
  const to = new Uint32Array(memory.buffer, 98304, 1000)
  for (let round = 0; round < 2000; round++) {
    const jobs = 1 + (round % 7)
    for (let i = 0; i < jobs; i++) from[i] = round * 10 + i
    pair.run(copy(jobs))
    for (let i = 0; i < jobs; i++) expect(to[i]).toBe(round * 10 + i)
  }
  pair.dispose()
})

test('a worker that fails to start is an error', async () => {
  const spawn: SpawnWorker = (_, __, failed) => {
    failed('no such thing')
    return { terminate: () => {} }
  }
  await expect(createWasmEngine({ threads: 2, spawn })).rejects.toThrow('no such thing')
})

test('a worker that never comes up is an error', async () => {
  const spawn: SpawnWorker = () => ({ terminate: () => {} })
  await expect(team({ spawn, startSeconds: 0.05 })).rejects.toThrow(EngineError)
})

test('a worker that dies with a job in hand is an error, not a hang', async () => {
  const thief = `
    const { memory, control } = require('node:worker_threads').workerData
    const words = new Int32Array(memory.buffer, control)
    Atomics.add(words, ${word.ready}, 1)
    Atomics.wait(words, ${word.epoch}, 0)
    while (Atomics.load(words, ${word.remaining}) === 0);
    Atomics.sub(words, ${word.remaining}, 1)`
  const spawn: SpawnWorker = (_, start) => new Worker(thief, { eval: true, workerData: start })
  const { team: pair } = await team({ spawn, patienceSeconds: 0.2 })
  const rob = () => {
    for (let round = 0; round < 1e6; round++) pair.run(copy(4000))
  }
  expect(rob).toThrow('no job was finished')
  expect(() => pair.run(copy(1))).toThrow(EngineError)
  pair.dispose()
})
