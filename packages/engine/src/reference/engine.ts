import type { Backend } from '../backend.ts'
import { createEngine } from '../create-engine.ts'
import type { Engine } from '../engine.ts'
import { freed } from '../errors.ts'
import type { HostStorage } from '../host.ts'
import { floats, words } from '../host.ts'
import { createLoss } from '../loss.ts'
import { createStopwatch } from '../stopwatch.ts'
import { byteLength } from '../tensor.ts'
import { nextTurn } from '../wait.ts'

interface PlainStorage extends HostStorage {
  /** Missing once it is freed. */
  buffer: ArrayBuffer | undefined
}

/** The oracle as an engine: every operation's obvious TypeScript, in f32 storage and double arithmetic. */
export const createReferenceEngine = (): Engine => createEngine(createReferenceBackend())

function createReferenceBackend(): Backend {
  const stopwatch = createStopwatch()
  let allocatedBytes = 0
  let peakBytes = 0
  return {
    kind: 'reference',
    name: 'plain TypeScript',
    half: 'f32',
    bytes: false,
    loss: createLoss(),
    get peakBytes() {
      return peakBytes
    },
    allocate(shape, dtype) {
      const hostType = dtype === 'u32' ? 'u32' : 'f32'
      const bytes = byteLength({ shape, dtype: hostType })
      const storage: PlainStorage = {
        bytes,
        buffer: new ArrayBuffer(bytes),
        floats: () => new Float32Array(bufferOf(storage)),
        words: () => new Uint32Array(bufferOf(storage)),
      }
      allocatedBytes += bytes
      peakBytes = Math.max(peakBytes, allocatedBytes)
      return { shape: [...shape], dtype: hostType, storage }
    },
    free(storage) {
      ;(storage as PlainStorage).buffer = undefined
      allocatedBytes -= storage.bytes
    },
    run: (op, args, out) => op.reference(args, out),
    write: (x, data) => (x.dtype === 'u32' ? words(x) : floats(x)).set(data),
    clear: (x) => void words(x).fill(0),
    read: async (x, into) => Promise.resolve(into.set(floats(x))),
    readWords: async (x) => Promise.resolve(words(x).slice()),
    finish: nextTurn,
    pace: nextTurn,
    abandon: () => {},
    prepare: () => Promise.resolve(),
    trim: () => {},
    time: (label, body) => stopwatch.time(label, body),
    spans: () => Promise.resolve(stopwatch.spans()),
    dispose: () => {},
  }
}

function bufferOf({ buffer }: PlainStorage): ArrayBuffer {
  if (!buffer) throw freed()
  return buffer
}
