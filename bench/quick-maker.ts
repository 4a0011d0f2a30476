import type { Engine, TensorMaker } from '../packages/engine/src/index.ts'
import { createNoise, elementCount } from '../packages/engine/src/index.ts'
import { tensorMaker } from '../packages/engine/test/inputs.ts'

/**
 * Repeats a block of noise whose length is prime, since making hundreds of millions of numbers takes long. Each tensor
 * begins elsewhere in it: attention between equal queries and keys is a case of its own.
 */
export function quickMaker(engine: Engine): TensorMaker {
  const block = createNoise(1).normal(1048573)
  let made = 0
  return {
    ...tensorMaker(engine),
    normal(shape, { scale = 1, dtype } = {}) {
      const stored = dtype ?? engine.half
      const numbers = Float16Array.from(block, (v) => v * scale)
      const source =
        stored === 'f16'
          ? numbers
          : dtype === 'f32'
            ? block.map((v) => v * scale)
            : Float32Array.from(numbers)
      const count = elementCount(shape)
      const data = stored === 'f16' ? new Float16Array(count) : new Float32Array(count)
      const first = (made++ * 130_363) % source.length
      const head = source.subarray(first, first + count)
      data.set(head)
      for (let at = head.length; at < count; at += source.length)
        data.set(source.subarray(0, count - at), at)
      return engine.upload(data, shape, stored)
    },
  }
}
