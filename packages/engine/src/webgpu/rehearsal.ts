import { createEngine } from '../create-engine.ts'
import type { DType } from '../dtype.ts'
import type { Engine } from '../engine.ts'
import { createLoss } from '../loss.ts'
import type { Tensor } from '../tensor.ts'
import { byteLength, elementCount } from '../tensor.ts'
import type { GpuFeatures } from './features.ts'
import type { Kernel } from './kernel.ts'

/** An engine like another on which nothing is kept and nothing computed: all that happens is that kernels are named. */
export function createRehearsal(
  { name, half, bytes }: Pick<Engine, 'name' | 'half' | 'bytes'>,
  features: GpuFeatures,
  onKernel: (kernel: Kernel) => void,
): Engine {
  const allocate = (shape: readonly number[], dtype: DType): Tensor => ({
    shape: [...shape],
    dtype,
    storage: { bytes: byteLength({ shape, dtype }) },
  })
  return createEngine({
    kind: 'webgpu',
    name,
    half,
    bytes,
    loss: createLoss(),
    peakBytes: 0,
    allocate,
    free: () => {},
    run: (op, args, out) =>
      op.webgpu(args, out, { features, dispatch: onKernel, scratch: allocate, clear: () => {} }),
    write: () => {},
    clear: () => {},
    read: () => Promise.resolve(),
    readWords: ({ shape }) => Promise.resolve(new Uint32Array(elementCount(shape))),
    finish: () => Promise.resolve(),
    pace: () => Promise.resolve(),
    abandon: () => {},
    prepare: () => Promise.resolve(),
    trim: () => {},
    time: (_label, body) => body(),
    spans: () => Promise.resolve([]),
    dispose: () => {},
  })
}
