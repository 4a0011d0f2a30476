import type { DType, Engine, Tensor } from '@flashworld/engine'
import { bytesPerElement, canQuantize, elementCount, quantize } from '@flashworld/engine'
import type { Parameters, ParameterSpec, ParameterTree } from './spec.ts'
import { parameterSpecs, withTensors } from './spec.ts'

export interface BuildOptions {
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
  { produce, signal, onProgress }: BuildOptions & { produce: Producer },
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
      made[key] = place(engine, spec, data!)
      done += specBytes(engine, spec)
      if (done - settled > bytesInFlight) {
        await engine.settle({ signal })
        settled = done
      }
      onProgress?.(done, total)
    }
    await engine.settle({ signal })
    return made
  })
  return withTensors(tree, tensors)
}

/** A network of zeros: what has its shapes, for an engine that computes nothing. */
export async function zeroParameters<T extends object>(
  engine: Engine,
  tree: T & ParameterTree,
): Promise<Parameters<T>> {
  const zeros = (spec: ParameterSpec) => {
    const x = engine.zeros(spec.shape, storageType(engine, spec))
    return isBytes(engine, spec) ? quantize(engine, x) : x
  }
  const made = [...parameterSpecs(tree)].map(([key, spec]) => [key, zeros(spec)])
  await engine.pace() // a turn for others
  return withTensors(tree, Object.fromEntries(made) as Record<string, Tensor>)
}

/** Bytes that a network's parameters take on an engine. */
export const parameterBytes = (engine: Engine, tree: ParameterTree): number =>
  [...parameterSpecs(tree)].reduce((sum, [, spec]) => sum + specBytes(engine, spec), 0)

/** A parameter on the engine. */
function place(engine: Engine, spec: ParameterSpec, data: ParameterData): Tensor {
  if (data instanceof Uint32Array) {
    const rows = elementCount(spec.shape.slice(0, -1))
    return engine.upload(data, [...spec.shape.slice(0, -1), data.length / rows])
  }
  return engine.scope((engine) => {
    const x = engine.upload(data, spec.shape, storageType(engine, spec))
    return isBytes(engine, spec) ? quantize(engine, x) : x
  })
}

/** Whether the engine keeps a parameter in 8 bits. */
export const isBytes = (engine: Engine, { mayBeBytes, shape }: ParameterSpec): boolean =>
  engine.bytes && mayBeBytes === true && canQuantize(shape.at(-1)!)

/** Whether a parameter of unconverted weights is balanced: only 8 bits need it, and it takes reading two layers for one. */
export const isBalanced = (engine: Engine, { balance }: ParameterSpec): boolean =>
  engine.bytes && balance !== undefined

const storageType = (engine: Engine, spec: ParameterSpec): DType =>
  spec.storage === 'half' ? engine.half : 'f32'

/** What a parameter's numbers are given as. What goes into 8 bits is rounded to f16 before, on every engine. */
export const dataType = (engine: Engine, spec: ParameterSpec): 'f16' | 'f32' =>
  isBytes(engine, spec) || storageType(engine, spec) === 'f16' ? 'f16' : 'f32'

const specBytes = (engine: Engine, spec: ParameterSpec) =>
  elementCount(spec.shape) * bytesPerElement[storageType(engine, spec)]

function start(produce: Producer, item: readonly [string, ParameterSpec] | undefined) {
  const data = item && produce(...item)
  // Whoever awaits it sees the failure; when nobody comes to, it must not end the process.
  data?.catch(() => {})
  return data
}
