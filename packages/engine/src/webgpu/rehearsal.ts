import { createEngine } from '../create-engine.ts'
import type { Engine } from '../engine.ts'
import { createLoss } from '../loss.ts'
import { elementCount } from '../tensor.ts'
import { createDeviceMemory } from './device-memory.ts'
import type { GpuFeatures } from './features.ts'
import type { Kernel } from './kernel.ts'
import { createStorages } from './storages.ts'

/** What a rehearsal is to be like. */
export interface Rehearsed extends Pick<Engine, 'half' | 'bytes'> {
  readonly name?: string
  readonly features: GpuFeatures
}

/**
 * An engine on which nothing is kept and nothing computed: kernels are named, and memory is given out as a device's is,
 * so that its peak is that of the same work there.
 */
export function createRehearsal(
  { name = 'a rehearsal', half, bytes, features }: Rehearsed,
  onKernel: (kernel: Kernel) => void = () => {},
): Engine {
  const memory = createDeviceMemory({
    largest: Infinity,
    create: (size) => imaginaryBuffer(size),
    submit: () => {},
  })
  const storages = createStorages(memory, { bring: () => {}, submit: () => {} })
  const { allocate, hold, unload, unloadAll, free, withScratch } = storages
  return createEngine({
    kind: 'webgpu',
    name,
    half,
    bytes,
    gpu: features,
    loss: createLoss(),
    get peakBytes() {
      return memory.peakBytes
    },
    get broughtBytes() {
      return storages.broughtBytes
    },
    allocate,
    hold: (shape, dtype, data) => hold(shape, dtype, imaginaryBuffer(data.byteLength)),
    unload,
    free,
    run: (op, args, out) =>
      withScratch([args, out], (scratch) =>
        op.webgpu(args, out, { features, dispatch: onKernel, scratch, clear: () => {} }),
      ),
    write: () => {},
    clear: () => {},
    read: () => Promise.resolve(),
    readWords: ({ shape }) => Promise.resolve(new Uint32Array(elementCount(shape))),
    finish: () => Promise.resolve(),
    pace: () => Promise.resolve(),
    abandon: unloadAll,
    prepare: () => Promise.resolve(),
    trim: () => memory.trim(),
    time: (_label, body) => body(),
    spans: () => Promise.resolve([]),
    dispose: () => memory.dispose(),
  })
}

const imaginaryBuffer = (size: number) => ({ size, destroy: () => {} }) as unknown as GPUBuffer
