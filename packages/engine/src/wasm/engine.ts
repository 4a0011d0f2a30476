import type { Backend } from '../backend.ts'
import { createEngine } from '../create-engine.ts'
import type { Engine } from '../engine.ts'
import { EngineError, freed } from '../errors.ts'
import type { HostStorage } from '../host.ts'
import { floats, words } from '../host.ts'
import type { Loss } from '../loss.ts'
import { createLoss } from '../loss.ts'
import { createStopwatch } from '../stopwatch.ts'
import type { Storage } from '../tensor.ts'
import { byteLength } from '../tensor.ts'
import { nextTurn } from '../wait.ts'
import { controlBytes } from './control.ts'
import { detectFeatures } from './features.ts'
import type { Heap } from './heap.ts'
import { createHeap } from './heap.ts'
import type { WasmHost } from './host.ts'
import type { SetV8Flag } from './module.ts'
import { flatten } from './kernel.ts'
import { instantiateKernels, loadKernels } from './module.ts'
import { checkGuards, layOutScratch, setGuards } from './scratch.ts'
import type { Team } from './team.ts'
import { createLoner, createTeam } from './team.ts'
import type { SpawnWorker } from './worker.ts'

export interface WasmOptions {
  /** Threads that compute, the caller's among them. Default 1. */
  readonly threads?: number
  /** Starts a thread; without it, or where memory cannot be shared, the caller's thread computes alone. */
  readonly spawn?: SpawnWorker
  /** Whether fused multiply-adds are used; default: where the machine has them. */
  readonly relaxedSimd?: boolean
  /**
   * Compiles the kernels for 256-bit vectors (AVX2), which double the speed of products. V8 has them in an
   * experimental pass, by flags that this sets meanwhile: for x64 and versions of V8 that were tested.
   */
  readonly setV8Flag?: SetV8Flag
}

interface WasmStorage extends HostStorage {
  /** 0 once it is freed. */
  pointer: number
  readonly derived: Map<string, number>
}

/**
 * A CPU engine on WebAssembly. Everything is stored as f32 (or u32) in one memory of at most 4 GiB.
 * The same inputs give the same bits whatever the number of threads.
 *
 * @throws EngineError when the machine has no WebAssembly SIMD, or a thread does not start
 */
export const createWasmEngine = async (options: WasmOptions = {}): Promise<Engine> =>
  createEngine(await createWasmBackend(options))

export async function createWasmBackend(options: WasmOptions = {}): Promise<Backend> {
  const features = detectFeatures()
  if (!features.simd)
    throw new EngineError('engine/unsupported', 'this machine has no WebAssembly SIMD')
  const { threads = 1, spawn, setV8Flag } = options
  const relaxed = features.relaxedSimd && (options.relaxedSimd ?? true)
  const simd = !relaxed ? 'plain' : setV8Flag ? 'wide' : 'relaxed'
  const shared = threads > 1 && spawn !== undefined && features.sharedMemory
  const module = await loadKernels({ simd, shared }, simd === 'wide' ? setV8Flag : undefined)
  const memory = createMemory(shared)
  const kernels = instantiateKernels(module, memory)
  const control = Math.ceil(kernels.memoryStart / 64) * 64
  const loss = createLoss()
  const team = shared
    ? await createTeam({ module, memory, kernels, control, threads, spawn, loss })
    : createLoner({ kernels, memory, control })
  const heap = createHeap(memory, control + controlBytes)
  const count = `${team.threads} thread${team.threads === 1 ? '' : 's'}`
  return wasmBackend(`WebAssembly, ${count}${remarks[simd]}`, {
    memory,
    heap,
    team,
    loss,
    tileColumns: kernels.tileColumns,
  })
}

const remarks = {
  plain: ', without fused multiply-adds',
  relaxed: '',
  wide: ', 256-bit vectors',
} as const

/** Memory that can grow to 4 GiB, or to what the machine lets it reserve. */
function createMemory(shared: boolean): WebAssembly.Memory {
  for (let maximum = 65536; maximum >= 4096; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared })
    } catch {
      // less may be possible
    }
  }
  throw new EngineError('engine/out-of-memory', 'cannot reserve a WebAssembly memory of 256 MiB')
}

function wasmBackend(name: string, machine: Machine): Backend {
  const { memory, heap, loss, team } = machine
  const stopwatch = createStopwatch()
  const host = createHost(machine)
  return {
    kind: 'wasm',
    name,
    half: 'f32',
    bytes: false,
    loss,
    get peakBytes() {
      return heap.highWater
    },
    allocate(shape, dtype) {
      const hostType = dtype === 'u32' ? 'u32' : 'f32'
      const bytes = byteLength({ shape, dtype: hostType })
      // views are made afresh each time: when memory grows, older ones go dead
      const storage: WasmStorage = {
        bytes,
        pointer: heap.allocate(bytes),
        derived: new Map(),
        floats: () => new Float32Array(memory.buffer, addressOf({ storage }), bytes / 4),
        words: () => new Uint32Array(memory.buffer, addressOf({ storage }), bytes / 4),
      }
      return { shape: [...shape], dtype: hostType, storage }
    },
    free(freed) {
      const storage = freed as WasmStorage
      for (const pointer of [storage.pointer, ...storage.derived.values()]) heap.free(pointer)
      storage.derived.clear()
      storage.pointer = 0
    },
    run(op, args, out) {
      if (op.wasm) op.wasm(args, out, host)
      else op.reference(args, out)
    },
    write: (x, data) => (x.dtype === 'u32' ? words(x) : floats(x)).set(data),
    clear: (x) => void words(x).fill(0),
    read: async (x, into) => Promise.resolve(into.set(floats(x))),
    readWords: async (x) => Promise.resolve(Uint32Array.from(words(x))),
    finish: nextTurn,
    pace: nextTurn,
    abandon: () => {},
    prepare: () => Promise.resolve(),
    trim: () => {},
    time: (label, body) => stopwatch.time(label, body),
    spans: () => Promise.resolve(stopwatch.spans()),
    dispose: () => team.dispose(),
  }
}

/** @throws EngineError `engine/freed` */
function addressOf({ storage }: { readonly storage: Storage }): number {
  const { pointer } = storage as WasmStorage
  if (pointer === 0) throw freed()
  return pointer
}

interface Machine {
  readonly memory: WebAssembly.Memory
  readonly heap: Heap
  readonly team: Team
  readonly loss: Loss
  readonly tileColumns: number
}

function createHost({ memory, heap, team, tileColumns }: Machine): WasmHost {
  const scratch = { pointer: 0, stride: 0 }

  /** Each thread's scratch, kept and only ever made larger. */
  const reserveScratch = (bytes: number) => {
    if (bytes <= scratch.stride) return
    if (scratch.pointer) heap.free(scratch.pointer)
    scratch.stride = Math.ceil(bytes / 64) * 64
    scratch.pointer = heap.allocate(scratch.stride * team.threads)
  }

  return {
    threads: team.threads,
    tileColumns,
    pointer: (x) => (x ? addressOf(x) : 0),
    parallel(kernel, { jobs, args }) {
      if (jobs === 0) return
      const layout = layOutScratch(kernel, args, tileColumns)
      reserveScratch(layout.bytes)
      const { pointer, stride } = scratch
      const guarded = { words: new Uint32Array(memory.buffer), ...scratch, threads: team.threads }
      setGuards(layout, guarded)
      team.run({
        kernel: kernel.name,
        args: [...flatten(kernel.args, args, addressOf), ...layout.parts.map((part) => part.start)],
        jobs,
        scratch: pointer,
        scratchStride: stride,
      })
      checkGuards(kernel.name, layout, guarded)
    },
    derived(x, key, { bytes, fill }) {
      const storage = x.storage as WasmStorage
      addressOf(x)
      const known = storage.derived.get(key)
      if (known !== undefined) return known
      const pointer = heap.allocate(bytes)
      try {
        fill(pointer)
      } catch (error) {
        heap.free(pointer)
        throw error
      }
      storage.derived.set(key, pointer)
      return pointer
    },
    floatsAt: (pointer, length) => new Float32Array(memory.buffer, pointer, length),
    temporary(bytes, body) {
      const pointer = heap.allocate(bytes)
      try {
        body(pointer)
      } finally {
        heap.free(pointer)
      }
    },
  }
}
