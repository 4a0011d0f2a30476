import type { Kernel } from './kernel.ts'
import type { DType } from '../dtype.ts'
import type { Tensor } from '../tensor.ts'
import type { GpuFeatures } from './features.ts'

export type Grid = readonly [x: number, y?: number, z?: number]

/** What an operation's WebGPU version writes its work into. */
export interface GpuRecorder {
  readonly features: GpuFeatures
  /** Records one dispatch. Tensors and uniforms go by the kernel's own names. */
  dispatch(
    kernel: Kernel,
    tensors: Record<string, Tensor>,
    uniforms: Record<string, number>,
    grid: Grid,
  ): void
  /** Scratch that is freed when the operation has been recorded. Its contents start undefined. */
  scratch(shape: readonly number[], dtype: DType): Tensor
  /** Sets all bytes to zero. */
  clear(x: Tensor): void
}

const maxGroups = 65535

/** A grid of at least `groups` workgroups in two dimensions, for more than 65535 of them; see `flatIndexSnippet`. */
export const spread = (groups: number): Grid => {
  const y = Math.ceil(groups / maxGroups)
  return [Math.ceil(groups / y), y]
}
