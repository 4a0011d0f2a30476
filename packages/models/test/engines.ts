import type { Engine } from '@flashworld/engine'
import { testEngines } from '../../engine/test/engines.ts'
import { createRoundingEngine } from './rounding-engine.ts'

export interface ModelEngine {
  readonly name: string
  readonly create: () => Promise<Engine>
  /** Relative L2 error that a network may show against the goldens. */
  readonly tolerance: number
}

/** One of each kind; the variants of a kind are the engine's own tests' business. */
const kinds = ['reference', 'wasm', 'webgpu f32', 'webgpu f16']

/** Sums in another order than PyTorch's. */
const f32Tolerance = 2e-6

/** As many roundings of 2^-12, on weights and activations, as there are layers behind each other. */
export const f16Tolerance = 4e-3

/** The backends that the networks are held against the goldens on. */
export async function modelEngines(): Promise<ModelEngine[]> {
  const engines = (await testEngines()).filter(({ name }) => kinds.includes(name))
  const rounding = {
    name: 'reference, f16 storage',
    create: () => Promise.resolve(createRoundingEngine()),
  }
  return [
    ...engines.map(({ name, create }) => ({
      name,
      create: create!,
      tolerance: name === 'webgpu f16' ? f16Tolerance : f32Tolerance,
    })),
    { ...rounding, tolerance: f16Tolerance },
  ]
}
