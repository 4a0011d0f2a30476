import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { expect, test } from 'vitest'
import { tensorMaker } from '../../test/inputs.ts'
import { spawnTestWorker } from '../../test/threads.ts'
import type { Conv2dOptions, Engine, Op, Tensor, TensorMaker, WasmHost } from '../index.ts'
import {
  attention,
  conv2d,
  createReferenceEngine,
  createWasmEngine,
  EngineError,
  linear,
  relativeError,
} from '../index.ts'
import { rmsNormKernel } from '../ops/rms-norm/wasm-kernels.ts'
import { wasmKernel } from './kernel.ts'
import { compileWide } from './module.ts'
import { copyRunsKernel } from './wasm-kernels.ts'

type Run = (engine: Engine, make: TensorMaker) => Tensor

const same = { top: 1, left: 1, bottom: 1, right: 1 }

/** Large enough that every thread gets jobs, and that a row has several blocks of keys. */
const large: Record<string, Run> = {
  'linear, split by rows': (e, make) =>
    linear(e, make.normal([300, 130]), make.normal([75, 130]), {
      bias: make.normal([75]),
      activation: 'gelu',
    }),
  'linear, split by columns': (e, make) =>
    linear(e, make.normal([5, 300]), make.normal([203, 300])),
  'linear, K in three parts': (e, make) =>
    linear(e, make.normal([50, 1000]), make.normal([75, 1000]), {
      bias: make.normal([75]),
      gate: make.normal([75]),
      residual: make.normal([50, 75]),
    }),
  conv2d: (e, make) =>
    conv2d(e, make.normal([2, 29, 31, 13]), make.normal([21, 3, 3, 13]), { pad: same }),
  'conv2d by Winograd': (e, make) =>
    conv2d(e, make.normal([2, 29, 31, 20]), make.normal([21, 3, 3, 20]), {
      pad: same,
      bias: make.normal([21]),
      activation: 'silu',
      residual: make.normal([2, 29, 31, 21]),
    }),
  'conv2d of the doubled image': (e, make) =>
    conv2d(e, make.normal([1, 19, 17, 12]), make.normal([9, 3, 3, 12]), {
      pad: same,
      upsample: true,
    }),
  attention: (e, make) =>
    attention(
      e,
      make.normal([1, 310, 2, 20]),
      make.normal([1, 523, 2, 20]),
      make.normal([1, 523, 2, 20]),
      {
        relativeBias: make.normal([2, 310 + 523 - 1]),
        lastKeyCount: 40,
      },
    ),
}

test.each(Object.entries(large))(
  '%s: right, and the same bits with any number of threads and wide vectors',
  async (_, run) => {
    const compute = async (engine: Engine) => {
      const result = await engine.scope(async (engine) =>
        engine.read(run(engine, tensorMaker(engine))),
      )
      engine.dispose()
      return result
    }
    const oracle = await compute(createReferenceEngine())
    const alone = await compute(await createWasmEngine())
    expect(relativeError(alone, oracle)).toBeLessThan(2e-6)
    for (const threads of [2, 3]) {
      for (const wide of [{}, { setV8Flag: setFlagsFromString }]) {
        const engine = await createWasmEngine({ threads, spawn: spawnTestWorker, ...wide })
        expect(engine.name).toContain(
          `${threads} threads${'setV8Flag' in wide ? ', 256-bit vectors' : ''}`,
        )
        expect(await compute(engine)).toEqual(alone)
      }
    }
  },
)

const none = { top: 0, left: 0, bottom: 0, right: 0 }
const uneven = { top: 0, left: 2, bottom: 3, right: 1 }
const windows = [
  [1, 1],
  [3, 3],
  [2, 3],
] as const

/** Every way in which a kernel can hang over the edges of a small image, doubled or not. */
test.each([3, 16])('convolutions of all shapes, %d channels', async (channels) => {
  const [oracle, engine] = [createReferenceEngine(), await createWasmEngine()]
  const check = async (window: readonly [number, number], options: Conv2dOptions) => {
    const run = async (e: Engine) => {
      const make = tensorMaker(e)
      const [x, w] = [make.normal([2, 5, 7, channels]), make.normal([18, ...window, channels])]
      return e.read(conv2d(e, x, w, { ...options, bias: make.normal([18]) }))
    }
    const error = relativeError(await engine.scope((engine) => run(engine)), await run(oracle))
    expect(error, JSON.stringify({ window, ...options })).toBeLessThan(2e-6)
  }
  for (const window of windows) {
    for (const pad of [none, same, uneven]) {
      for (const stride of [1, 2] as const) {
        for (const upsample of [false, true]) await check(window, { pad, stride, upsample })
      }
    }
  }
})

test('without a way to start threads, the caller computes alone', async () => {
  const engine = await createWasmEngine({ threads: 4 })
  expect(engine.name).toBe('WebAssembly, 1 thread')
  expect((await createWasmEngine({ relaxedSimd: false })).name).toContain(
    'without fused multiply-adds',
  )
})

test('wide vectors are for machines that multiply and add in one', async () => {
  const setV8Flag = () => expect.unreachable('a flag was set for nothing')
  expect((await createWasmEngine({ relaxedSimd: false, setV8Flag })).name).toContain(
    'without fused multiply-adds',
  )
})

test('a wide compilation leaves the flags of V8 as they were', () => {
  const flags: Record<string, boolean> = {}
  const setV8Flag = (flag: string) =>
    void (flags[flag.replace(/^--(no-)?/, '')] = !flag.startsWith('--no-'))
  expect(() => compileWide(Uint8Array.of(1, 2, 3, 4), setV8Flag)).toThrow(WebAssembly.CompileError)
  const defaults = { liftoff: true, 'wasm-lazy-compilation': true, 'wasm-loop-unrolling': true }
  expect(flags).toEqual({ ...defaults, 'experimental-wasm-revectorize': false })
})

test('weights keep their packed form as long as they live, and no longer', async () => {
  const engine = await createWasmEngine()
  const round = () =>
    engine.scope((engine) => {
      const make = tensorMaker(engine)
      const w = make.normal([512, 512])
      const x = make.normal([1, 512])
      for (let i = 0; i < 3; i++) linear(engine, x, w)
    })
  round()
  const { peakBytes } = engine.memory
  // weights and their packed form, once each
  expect(peakBytes).toBeGreaterThan(2 * 512 * 512 * 4)
  expect(peakBytes).toBeLessThan(2.1 * 512 * 512 * 4)
  for (let i = 0; i < 5; i++) round()
  expect(engine.memory).toEqual({ liveBuffers: 0, liveBytes: 0, peakBytes, broughtBytes: 0 })
})

test('reused memory is zeroed where zeros are asked for', async () => {
  const engine = await createWasmEngine()
  engine.release(engine.upload(new Float32Array(100).fill(7), [100]))
  expect(await engine.read(engine.zeros([100]))).toEqual(new Float32Array(100))
})

test('more than the memory holds is an error, and the engine goes on', async () => {
  const engine = await createWasmEngine()
  expect(() => engine.zeros([5 * 2 ** 28])).toThrow(EngineError)
  expect(await engine.read(engine.zeros([2]))).toEqual(new Float32Array(2))
})

/** An operation that is only what its WebAssembly version does. */
const operation = (wasm: (host: WasmHost) => void): Op<{ x: Tensor }> => ({
  name: 'test',
  output: ({ x }) => x,
  reference: () => {},
  wasm: (_, __, host) => wasm(host),
  webgpu: () => {},
})

const beyond = 2 ** 32 - 8
const trap = operation((host) =>
  host.parallel(copyRunsKernel, {
    jobs: 9,
    args: {
      from: beyond,
      to: beyond,
      fromApart: 4,
      toApart: 4,
      length: 4,
      rows: 9,
      rowsPerJob: 1,
    },
  }),
)

test('a kernel that traps in one of several threads loses the engine, without a hang', async () => {
  const engine = await createWasmEngine({ threads: 2, spawn: spawnTestWorker })
  const x = engine.zeros([1, 1])
  const lost = expect.objectContaining({ code: 'engine/lost' })
  expect(() => engine.run(trap, { x })).toThrow(lost)
  expect(() => linear(engine, x, x)).toThrow(lost)
  await expect(engine.read(x)).rejects.toEqual(lost)
  expect(await engine.lost).toEqual(lost)
  engine.dispose()
})

test('a kernel that traps in the only thread fails its own work', async () => {
  const engine = await createWasmEngine()
  const x = engine.upload(Float32Array.of(3), [1, 1])
  expect(() => engine.run(trap, { x })).toThrow(
    expect.objectContaining({ code: 'engine/device-error' }),
  )
  expect([...(await engine.read(linear(engine, x, x)))]).toEqual([9])
})

test('a kernel that does not exist is an error', async () => {
  const engine = await createWasmEngine()
  const none = operation((host) => host.parallel(wasmKernel('nothing', {}), { jobs: 1, args: {} }))
  expect(() => engine.run(none, { x: engine.zeros([1]) })).toThrow("no kernel 'nothing'")
})

test('a kernel that writes past a part of its scratch is an error', async () => {
  const engine = await createWasmEngine()
  const x = engine.zeros([16, 4])
  const call = { x, weight: x, out: x, size: 4, eps: 1, activation: 0, rows: 16, rowsPerJob: 16 }
  const normalize = (bytes: number) =>
    operation((host) =>
      host.parallel({ ...rmsNormKernel, scratch: { gains: () => bytes } }, { jobs: 1, args: call }),
    )
  expect(() => engine.run(normalize(15 * 4), { x })).toThrow("within its scratch 'gains'")
  expect(() => engine.run(normalize(16 * 4), { x })).not.toThrow()
})

test('threads do not keep a process alive', async () => {
  const script = `
    import { createWasmEngine } from './packages/engine/src/index.ts'
    import { spawnTestWorker } from './packages/engine/test/threads.ts'
    const engine = await createWasmEngine({ threads: 2, spawn: spawnTestWorker })
    console.log(engine.name)`
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  })
  expect(stdout.trim()).toBe('WebAssembly, 2 threads')
})
