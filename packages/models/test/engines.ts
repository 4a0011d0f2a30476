import type { TestEngine } from '../../engine/test/engines.ts'
import { testEngines } from '../../engine/test/engines.ts'

/** One of each kind; the variants of a kind are the engine's own tests' business. */
const kinds = ['reference', 'wasm', 'webgpu f32', 'webgpu f16']

/** The backends that the networks are held against the goldens on. */
export async function modelEngines(): Promise<(TestEngine & { create: () => ReturnType<NonNullable<TestEngine['create']>> })[]> {
  const engines = (await testEngines()).filter(({ name }) => kinds.includes(name))
  return engines.map((engine) => ({
    ...engine,
    create: engine.create!,
    // f32: the published numbers are f32 sums in PyTorch's order. f16: as many roundings of 2^-12 as a
    // network has layers, on weights and activations.
    tolerance: engine.name === 'webgpu f16' ? 1e-2 : 1e-5,
  }))
}
