import { SplatsError } from '../splats-error.ts'
import type { Pace } from './pace.ts'

/** Compresses chunks to one gzip stream; memory stays at a few chunks. */
export async function* gzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new CompressionStream('gzip')
  const fed = feed(writable, chunks)
  // Its failure also fails the reads below, which report it; this keeps it from being unhandled.
  fed.catch(() => undefined)
  yield* readAll(readable.getReader())
  await fed
}

/** Bytes handed to the inflater at once: it answers with at most 1032 times as many. */
const SLICE = 65_536

/**
 * Inflates one gzip stream into memory that grows with what arrives.
 * `limitFor` sees the first `headBytes` bytes once and says how many bytes are to come in all;
 * a byte more is an error, so that a small file cannot ask for much memory.
 * @throws {SplatsError} `splats/bad-data`, `splats/truncated`, `splats/too-large`, and what
 * `limitFor` and `pace` throw
 */
export async function gunzip(
  bytes: Uint8Array,
  headBytes: number,
  limitFor: (head: Uint8Array) => number,
  pace: Pace,
): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream('gzip')
  const fed = feed(writable, slices(bytes))
  fed.catch(() => undefined)
  const sink = growingBytes(headBytes)
  let limit = Infinity
  for await (const chunk of inflated(readable, fed)) {
    await pace()
    if (limit === Infinity && sink.length() + chunk.length >= headBytes) {
      limit = limitFor(concat(sink.bytes(), chunk).subarray(0, headBytes))
      sink.reserve(Math.min(limit, bytes.length * 2))
    }
    if (sink.length() + chunk.length > limit) {
      throw new SplatsError(
        'splats/too-large',
        `gunzip: expected ${limit} bytes by the header, got more`,
      )
    }
    sink.append(chunk)
  }
  return sink.bytes()
}

/** What comes out of the inflater; its errors as ours. */
async function* inflated(
  readable: ReadableStream<Uint8Array>,
  fed: Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* readAll(readable.getReader())
    await fed
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    throw new SplatsError('splats/bad-data', `gunzip: expected a gzip stream, got ${cause}`)
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE)
}

async function feed(
  writable: WritableStream<BufferSource>,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const writer = writable.getWriter()
  try {
    for await (const chunk of chunks) {
      await writer.ready
      // Not awaited on its own: the next `ready` waits, and failures reach `close`.
      writer.write(chunk as Uint8Array<ArrayBuffer>).catch(() => undefined)
    }
    await writer.close()
  } catch (error) {
    // the reads must end too
    await writer.abort(error).catch(() => undefined)
    throw error
  }
}

/** The chunks of a stream; leaving the loop early cancels it. */
async function* readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

/** Bytes appended to memory that doubles. */
function growingBytes(initial: number) {
  let memory = new Uint8Array(initial)
  let length = 0
  const reserve = (capacity: number) => {
    if (capacity <= memory.length) return
    const larger = new Uint8Array(capacity)
    larger.set(memory.subarray(0, length))
    memory = larger
  }
  return {
    length: () => length,
    bytes: () => memory.subarray(0, length),
    reserve,
    append(chunk: Uint8Array): void {
      const needed = length + chunk.length
      if (needed > memory.length) reserve(Math.max(memory.length * 2, needed))
      memory.set(chunk, length)
      length += chunk.length
    },
  }
}
