import { secondsByLabel } from './create-engine.ts'
import type { Engine, Span } from './engine.ts'
import type { Tensor } from './tensor.ts'
import { byteLength, isTensor } from './tensor.ts'
import { withParts } from './with-parts.ts'

/** All calls of one operation with tensors of the same shapes. */
export interface OpProfile {
  readonly op: string
  /** Of what goes in, by the arguments' names, and of what comes out: `x 7920x3072 f16, w … -> 7920x3072 f32`. */
  readonly shapes: string
  readonly calls: number
  /** On the device. */
  readonly seconds: number
  /** Multiplications and additions, where the operation is made of those. */
  readonly flops?: number
  /** Read and written at least: every tensor once. */
  readonly bytes: number
}

/** What host or device was at, in seconds by one clock. */
export interface TimelineSpan extends Span {
  readonly track: 'host' | 'device'
}

/** What an engine did, operation by operation. */
export interface Profile {
  /** The longest first. */
  readonly ops: readonly OpProfile[]
  /**
   * In the order of their beginnings. The device's clock is set so that nothing begins there before the host has
   * recorded it, and something as soon as that.
   */
  readonly timeline: readonly TimelineSpan[]
}

/** An engine that does the same work in the same memory, and times each operation, and whatever the host waits for. */
export interface ProfiledEngine {
  readonly engine: Engine
  /** What was called since the last time; starts anew. @throws as `Engine.read` */
  take(): Promise<Profile>
}

interface Kind {
  readonly op: string
  readonly shapes: string
  readonly flops: number | undefined
  readonly bytes: number
}

/** Stamps of operations carry this, and the number of their kind. */
const mark = 'op '

/**
 * An engine that times what another one does.
 * @example
 * ```ts
 * import { renderViews } from 'flashworld'
 * import { templatePath } from '@flashworld/camera'
 * import { openEngine, readScene } from 'flashworld/node'
 * import { profile } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const profiled = profile(engine)
 * const { gaussians } = await readScene('house.spz')
 * const size = { width: 96, height: 64 }
 * await renderViews(profiled.engine, gaussians, templatePath('orbit-left', { count: 2, size }), size)
 * ```
 */
export function profile(engine: Engine): ProfiledEngine {
  const kinds: Kind[] = []
  const kindsByText = new Map<string, number>()
  /** When the host recorded each operation, in the order of their spans. */
  let recorded: number[] = []
  let host: TimelineSpan[] = []
  let device: Span[] = []

  const now = () => performance.now() / 1000

  const onHost = <T>(label: string, start: number, result: T): T => {
    host.push({ track: 'host', label, start, end: now() })
    return result
  }

  /** Keeps the spans of operations to itself and gives the others. */
  const sort = (spans: readonly Span[]): Span[] => {
    device.push(...spans)
    return spans.filter(({ label }) => !label.startsWith(mark))
  }

  const kindOf = (kind: Kind): number => {
    const text = `${kind.op} ${kind.shapes}`
    const known = kindsByText.get(text)
    if (known !== undefined) return known
    kindsByText.set(text, kinds.length)
    return kinds.push(kind) - 1
  }

  return {
    engine: withParts(engine, (below) => ({
      run(op, args) {
        const start = now()
        const kind = kindOf(
          describe(op.name, args, { out: op.output(args), flops: op.flops?.(args) }),
        )
        const out = below.time(`${mark}${kind}`, () => below.run(op, args))
        recorded.push(start)
        return onHost(op.name, start, out)
      },
      upload(...given) {
        const start = now()
        return onHost('upload', start, below.upload(...given))
      },
      async read(...given) {
        const start = now()
        return onHost('read', start, await below.read(...given))
      },
      async settle(options) {
        const start = now()
        return onHost('wait until all is done', start, await below.settle(options))
      },
      async pace(options) {
        const start = now()
        return onHost('wait for the work before last', start, await below.pace(options))
      },
      spans: async (options) => sort(await below.spans(options)),
      timings: async (options) => secondsByLabel(sort(await below.spans(options))),
    })),
    async take() {
      sort(await engine.spans())
      const [spans, starts, onHost] = [device, recorded, host]
      device = []
      recorded = []
      host = []
      return {
        ops: opsOf(spans, kinds),
        timeline: timelineOf(spans, { starts, onHost, kinds }),
      }
    },
  }
}

function describe(
  op: string,
  args: object,
  { out, flops }: { out: Pick<Tensor, 'shape' | 'dtype'>; flops: number | undefined },
): Kind {
  const inputs = Object.entries(args).flatMap(([name, value]) => tensorsOf(name, value))
  const words = inputs.map(([name, x]) => `${name} ${shapeWords(x)}`)
  const bytes = [...inputs.map(([, x]) => x), out].reduce((sum, x) => sum + byteLength(x), 0)
  return { op, shapes: `${words.join(', ')} -> ${shapeWords(out)}`, flops, bytes }
}

function tensorsOf(name: string, value: unknown): (readonly [string, Tensor])[] {
  if (typeof value !== 'object' || value === null) return []
  if (isTensor(value)) return [[name, value]]
  return Object.values(value).flatMap((inner) => tensorsOf(name, inner))
}

const shapeWords = ({ shape, dtype }: Pick<Tensor, 'shape' | 'dtype'>) =>
  `${shape.join('x')} ${dtype}`

function opsOf(spans: readonly Span[], kinds: readonly Kind[]): OpProfile[] {
  const ops = new Map<Kind, OpProfile>()
  for (const { label, start, end } of spans) {
    if (!label.startsWith(mark)) continue
    const kind = kinds[Number(label.slice(mark.length))]!
    const { op, shapes } = kind
    const before = ops.get(kind) ?? { calls: 0, seconds: 0, flops: 0, bytes: 0 }
    ops.set(kind, {
      op,
      shapes,
      calls: before.calls + 1,
      seconds: before.seconds + end - start,
      ...(kind.flops !== undefined && { flops: (before.flops ?? 0) + kind.flops }),
      bytes: before.bytes + kind.bytes,
    })
  }
  return [...ops.values()].sort((a, b) => b.seconds - a.seconds)
}

interface Recorded {
  readonly starts: readonly number[]
  readonly onHost: readonly TimelineSpan[]
  readonly kinds: readonly Kind[]
}

function timelineOf(spans: readonly Span[], { starts, onHost, kinds }: Recorded): TimelineSpan[] {
  const ops = spans.filter(({ label }) => label.startsWith(mark))
  const ahead = ops.reduce((most, { start }, i) => Math.max(most, starts[i]! - start), -Infinity)
  const onDevice = spans.map(({ label, start, end }) => ({
    track: 'device' as const,
    label: label.startsWith(mark) ? kinds[Number(label.slice(mark.length))]!.op : label,
    start: start + ahead,
    end: end + ahead,
  }))
  return [...onHost, ...onDevice].sort((a, b) => a.start - b.start)
}
