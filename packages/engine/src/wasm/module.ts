import { EngineError } from '../errors.ts'

/** What a matrix product multiplies with: see `WasmOptions`. */
export type Simd = 'plain' | 'relaxed' | 'wide'

export interface Variant {
  readonly simd: Simd
  readonly shared: boolean
}

/** More than there are kernels. */
export const tableSlots = 256

type Kernel = (args: number, job: number, scratch: number) => void

/** The exports of the kernels' module: its kernels, and what threads run. */
export interface Kernels {
  /** @throws EngineError when there is no such kernel */
  find(name: string): { readonly run: Kernel; readonly slot: number }
  /** The first byte of memory that is not the module's own. */
  readonly memoryStart: number
  /** Columns of a product's tile. */
  readonly tileColumns: number
  /** Takes jobs of the control block until none is left. */
  drain(control: number, thread: number): void
}

const loaders = {
  'wide-shared': () => import('./kernels/wide-shared.generated.ts'),
  'wide-single': () => import('./kernels/wide-single.generated.ts'),
  'relaxed-shared': () => import('./kernels/relaxed-shared.generated.ts'),
  'relaxed-single': () => import('./kernels/relaxed-single.generated.ts'),
  'plain-shared': () => import('./kernels/plain-shared.generated.ts'),
  'plain-single': () => import('./kernels/plain-single.generated.ts'),
}

const compiled = new Map<string, Promise<WebAssembly.Module>>()

/** Sets a flag of V8, such as `--liftoff`: `setFlagsFromString` of Node's `v8`. */
export type SetV8Flag = (flag: string) => void

/** The kernels compiled for what the machine has; each variant once. `setV8Flag` is needed for wide ones only. */
export function loadKernels(
  { simd, shared }: Variant,
  setV8Flag?: SetV8Flag,
): Promise<WebAssembly.Module> {
  const name = `${simd}-${shared ? 'shared' : 'single'}` as const
  let module = compiled.get(name)
  if (!module) {
    const compile = setV8Flag
      ? (bytes: BufferSource) => compileWide(bytes, setV8Flag)
      : WebAssembly.compile
    module = loaders[name]().then(({ base64 }) => compile(decode(base64)), notBuilt)
    compiled.set(name, module)
  }
  return module
}

function notBuilt(cause: unknown): never {
  const message = 'its kernels are not built: `npm run build:wasm` builds them'
  throw new EngineError('engine/unsupported', `WebAssembly: ${message} (${String(cause)})`)
}

/** The flags of a wide compilation, each with its default. */
const wideFlags = [
  // pairs of neighbouring 128-bit vectors become vectors of 256 bits
  ['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'],
  // the pass is that of the optimising compiler, which otherwise compiles later, when the flags are back
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
  // unrolled, a wide tile does a tenth less
  ['--no-wasm-loop-unrolling', '--wasm-loop-unrolling'],
] as const

/** Compiles at once and completely, so that the flags concern these kernels and no other module of the process. */
export function compileWide(bytes: BufferSource, setV8Flag: SetV8Flag): WebAssembly.Module {
  for (const [flag] of wideFlags) setV8Flag(flag)
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    for (const [, byDefault] of wideFlags) setV8Flag(byDefault)
  }
}

/** Makes an instance over `memory`; each of its exports has a slot in its table, by which threads call it. */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Kernels {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: tableSlots })
  const { exports } = new WebAssembly.Instance(module, { env: { memory, table } })
  const slots = new Map(Object.keys(exports).map((name, i) => [name, i + 1]))
  for (const [name, slot] of slots) table.set(slot, exports[name])
  const at = (name: string) => exports[name] as Kernel
  const calls = exports as {
    drain: Kernels['drain']
    memoryStart: () => number
    tileColumns: () => number
  }
  return {
    find(name) {
      const slot = slots.get(name)
      if (slot === undefined)
        throw new EngineError('engine/unsupported', `there is no kernel '${name}'`)
      return { run: at(name), slot }
    },
    memoryStart: calls.memoryStart(),
    tileColumns: calls.tileColumns(),
    drain: calls.drain,
  }
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}
