import type { Engine } from './engine.ts'
import { withParts } from './with-parts.ts'

/** All calls of one operation. */
export interface OpProfile {
  readonly op: string
  readonly calls: number
  /** Multiplications and additions, where the operation is made of those. */
  readonly flops?: number
  /** Missing on WebGPU, whose operations are only recorded when they are called. */
  readonly seconds?: number
}

/** An engine that does the same work in the same memory, and counts and times its operations. */
export interface ProfiledEngine {
  readonly engine: Engine
  /** What was called since the last time, the longest first (without seconds: the largest); starts anew. */
  take(): OpProfile[]
}

export function profileOps(engine: Engine): ProfiledEngine {
  const synchronous = engine.kind !== 'webgpu'
  let profiles = new Map<string, OpProfile>()
  return {
    engine: withParts(engine, (below) => ({
      run(op, args) {
        const start = performance.now()
        const out = below.run(op, args)
        const elapsed = (performance.now() - start) / 1000
        const { calls, flops = 0, seconds = 0 } = profiles.get(op.name) ?? { calls: 0 }
        profiles.set(op.name, {
          op: op.name,
          calls: calls + 1,
          ...(op.flops && { flops: flops + op.flops(args) }),
          ...(synchronous && { seconds: seconds + elapsed }),
        })
        return out
      },
    })),
    take() {
      const done = [...profiles.values()]
      profiles = new Map()
      const size = ({ seconds, flops }: OpProfile) => seconds ?? flops ?? 0
      return done.sort((a, b) => size(b) - size(a))
    },
  }
}
