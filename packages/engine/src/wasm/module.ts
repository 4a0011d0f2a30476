import { EngineError } from '../errors.ts'
import type { WasmFeatures } from './features.ts'

export interface Variant {
  readonly relaxedSimd: boolean
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
  /** Takes jobs of the control block until none is left. */
  drain(control: number, thread: number): void
}

const loaders = {
  'relaxed-shared': () => import('./kernels/relaxed-shared.generated.ts'),
  'relaxed-single': () => import('./kernels/relaxed-single.generated.ts'),
  'plain-shared': () => import('./kernels/plain-shared.generated.ts'),
  'plain-single': () => import('./kernels/plain-single.generated.ts'),
}

const compiled = new Map<string, Promise<WebAssembly.Module>>()

/** The kernels compiled for what the machine has; each variant once. @throws EngineError without SIMD */
export function loadKernels(features: WasmFeatures, { relaxedSimd, shared }: Variant): Promise<WebAssembly.Module> {
  if (!features.simd) throw new EngineError('engine/unsupported', 'this machine has no WebAssembly SIMD')
  const name = `${relaxedSimd ? 'relaxed' : 'plain'}-${shared ? 'shared' : 'single'}` as const
  let module = compiled.get(name)
  if (!module) {
    module = loaders[name]().then(({ base64 }) => WebAssembly.compile(decode(base64)))
    compiled.set(name, module)
  }
  return module
}

/** Makes an instance over `memory`; each of its exports has a slot in its table, by which threads call it. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: tableSlots })
  const { exports } = new WebAssembly.Instance(module, { env: { memory, table } })
  const slots = new Map(Object.keys(exports).map((name, i) => [name, i + 1]))
  for (const [name, slot] of slots) table.set(slot, exports[name])
  const at = (name: string) => exports[name] as Kernel
  const calls = exports as { drain: Kernels['drain']; memoryStart: () => number }
  return {
    find(name) {
      const slot = slots.get(name)
      if (slot === undefined) throw new EngineError('engine/unsupported', `there is no kernel '${name}'`)
      return { run: at(name), slot }
    },
    memoryStart: calls.memoryStart(),
    drain: calls.drain,
  }
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}
