import type { DType, Engine, Tensor } from '@flashworld/engine'
import {
  bytesPerElement,
  canQuantize,
  elementCount,
  quantize,
  quantizedSpec,
} from '@flashworld/engine'
import { dropBuffers, returnBuffer } from '../weights/lent-buffers.ts'
import type { Parameters, ParameterSpec, ParameterTree } from './spec.ts'
import { parameterSpecs, withTensors } from './spec.ts'

export interface BuildOptions {
  /** Whether a parameter stays in the host's memory and is on the engine only while it is used. Default: none does. */
  readonly isHeld?: (key: string) => boolean
  readonly signal?: AbortSignal
  /** Called after each parameter, with bytes on the engine. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void
}

/** Words are rows in 8 bits, as `quantize` lays them out. */
export type ParameterData = Float32Array | Float16Array | Uint32Array

/** Makes one parameter's numbers, in the type that `dataType` tells or as rows in 8 bits. */
export type Producer = (key: string, spec: ParameterSpec) => Promise<ParameterData>

/** Bytes on the way to the device at once: the host holds these and the parameter being read. */
const bytesInFlight = 256 * 2 ** 20

/**
 * Fills a tree parameter by parameter: while one goes to the device, `produce` makes the next.
 * Frees what was made when it fails or is aborted.
 */
export async function buildParameters<T extends object>(
  engine: Engine,
  tree: T & ParameterTree,
  { produce, isHeld = nothing, signal, onProgress }: BuildOptions & { produce: Producer },
): Promise<Parameters<T>> {
  const specs = [...parameterSpecs(tree)]
  const total = parameterBytes(engine, tree)
  const tensors = await engine.scope(async (engine) => {
    const made: Record<string, Tensor> = {}
    let done = 0
    let settled = 0
    let next = start(produce, specs[0])
    for (const [index, [key, spec]] of specs.entries()) {
      signal?.throwIfAborted()
      const data = await next
      next = start(produce, specs[index + 1])
      made[key] = holds(isHeld, key, spec)
        ? engine.hold(await asStored(engine, spec, data!), ...kindOf(engine, spec))
        : place(engine, spec, data!)
      returnBuffer(data!.buffer)
      done += specBytes(engine, spec)
      if (done - settled > bytesInFlight) {
        await engine.settle({ signal })
        settled = done
      }
      onProgress?.(done, total)
    }
    await engine.settle({ signal })
    dropBuffers()
    return made
  })
  return withTensors(tree, tensors)
}

const numbersOf = { f16: Float16Array, f32: Float32Array, u32: Uint32Array }

/** A network of zeros: what has its shapes, for an engine that computes nothing. */
export async function zeroParameters<T extends object>(
  engine: Engine,
  tree: T & ParameterTree,
  { isHeld = nothing }: Pick<BuildOptions, 'isHeld'> = {},
): Promise<Parameters<T>> {
  let zeroBytes = new ArrayBuffer(0)
  const zeros = (key: string, spec: ParameterSpec) => {
    const [shape, dtype] = kindOf(engine, spec)
    if (!holds(isHeld, key, spec)) return engine.zeros(shape, dtype)
    const count = elementCount(shape)
    const bytes = count * bytesPerElement[dtype]
    if (zeroBytes.byteLength < bytes) zeroBytes = new ArrayBuffer(bytes)
    return engine.hold(new numbersOf[dtype](zeroBytes, 0, count), shape, dtype)
  }
  const made = [...parameterSpecs(tree)].map(([key, spec]) => [key, zeros(key, spec)])
  await engine.pace() // a turn for others
  return withTensors(tree, Object.fromEntries(made) as Record<string, Tensor>)
}

/**
 * Bytes that a network's parameters take on an engine.
 * @param of those keys only; all when left out
 */
export const parameterBytes = (
  engine: Target,
  tree: ParameterTree,
  of: (key: string) => boolean = () => true,
): number =>
  [...parameterSpecs(tree)].reduce(
    (sum, [key, spec]) => sum + (of(key) ? specBytes(engine, spec) : 0),
    0,
  )

/** What decides what a parameter is stored as. */
type Target = Pick<Engine, 'half' | 'bytes'>

const nothing = () => false

/** Norms, biases and tables are not worth bringing. */
const holds = (isHeld: (key: string) => boolean, key: string, { storage }: ParameterSpec) =>
  storage === 'half' && isHeld(key)

/** What a parameter is on an engine: as `quantize` makes it where it is kept in 8 bits. */
function kindOf(engine: Target, spec: ParameterSpec): [shape: readonly number[], dtype: DType] {
  if (!isBytes(engine, spec)) return [spec.shape, storageType(engine, spec)]
  const { shape, dtype } = quantizedSpec(spec)
  return [shape, dtype]
}

/** A parameter on the engine. */
function place(engine: Engine, spec: ParameterSpec, data: ParameterData): Tensor {
  const [shape, dtype] = kindOf(engine, spec)
  if (dtype !== 'u32' || data instanceof Uint32Array) return engine.upload(data, shape, dtype)
  return engine.scope((engine) =>
    quantize(engine, engine.upload(data, spec.shape, storageType(engine, spec))),
  )
}

/** A parameter's numbers as they are on the engine; what is to be rounded to 8 bits is rounded there. */
function asStored(
  engine: Engine,
  spec: ParameterSpec,
  data: ParameterData,
): ParameterData | Promise<ParameterData> {
  const [, dtype] = kindOf(engine, spec)
  if (dtype !== 'u32' || data instanceof Uint32Array) return data
  return engine.scope((engine) => engine.readWords(place(engine, spec, data)))
}

/** Whether the engine keeps a parameter in 8 bits. */
export const isBytes = (engine: Target, { mayBeBytes, shape }: ParameterSpec): boolean =>
  engine.bytes && mayBeBytes === true && canQuantize(shape.at(-1)!)

/** Whether a parameter of unconverted weights is balanced: only 8 bits need it, and it takes reading two layers for one. */
export const isBalanced = (engine: Target, { balance }: ParameterSpec): boolean =>
  engine.bytes && balance !== undefined

const storageType = (engine: Target, spec: ParameterSpec): DType =>
  spec.storage === 'half' ? engine.half : 'f32'

/** What a parameter's numbers are given as. What goes into 8 bits is rounded to f16 before, on every engine. */
export const dataType = (engine: Target, spec: ParameterSpec): 'f16' | 'f32' =>
  isBytes(engine, spec) || storageType(engine, spec) === 'f16' ? 'f16' : 'f32'

function specBytes(engine: Target, spec: ParameterSpec): number {
  const [shape, dtype] = kindOf(engine, spec)
  return elementCount(shape) * bytesPerElement[dtype]
}

function start(produce: Producer, item: readonly [string, ParameterSpec] | undefined) {
  const data = item && produce(...item)
  // Whoever awaits it sees the failure; when nobody comes to, it must not end the process.
  data?.catch(() => {})
  return data
}
