/**
 * Mutated weight files against the readers' promise: an error with a code or the tensors that the file tells of. Never
 * code, nothing read outside of the file, no more memory than the file has reason for.
 */
import { openSafetensors } from '../src/weights/safetensors.ts'
import { WeightsError } from '../src/weights/errors.ts'
import type { WeightSource } from '../src/weights/source.ts'
import { dtypeBytes, elementCount, type TensorEntry } from '../src/weights/tensor.ts'
import { openTorchCheckpoint } from '../src/weights/torch-checkpoint.ts'
import { unpickle } from '../src/weights/unpickle.ts'
import { openZip } from '../src/weights/zip.ts'
import {
  archiveFile,
  join,
  op,
  pickledDict,
  pickledTensor,
  safetensorsFile,
  stateOf,
  text,
} from '../src/weights/fixtures.ts'

export const fuzzTargets = ['pickle', 'zip', 'checkpoint', 'safetensors'] as const
export type FuzzTarget = (typeof fuzzTargets)[number]

/** A tensor of so many bytes of a file this small is a file that lies. */
const mostBytes = 2 ** 20

/**
 * What a reader makes of the bytes: its tensors in words, or the error's code and message.
 * @throws whatever breaks the promise
 */
export async function readFuzzed(target: FuzzTarget, bytes: Uint8Array): Promise<string> {
  try {
    return await read(target, bytes)
  } catch (error) {
    if (error instanceof WeightsError) return `${error.code} ${error.message}`
    throw error
  }
}

async function read(target: FuzzTarget, bytes: Uint8Array): Promise<string> {
  if (target === 'pickle') return `pickle of ${typeof unpickle(bytes)}`
  // a mutated pickle in a sound archive; without that, its checksum ends all tries
  const file = target === 'checkpoint' ? checkpointOf(bytes) : bytes
  const source = guarded(file)
  if (target === 'zip') {
    const entries = await openZip(source, 'f')
    for (const entry of entries.values()) {
      const content = await entry.readChecked()
      if (content.byteLength !== entry.size) throw new Error(`${entry.name}: another size`)
    }
    return `zip of ${entries.size}`
  }
  const tensors =
    target === 'safetensors'
      ? [...(await openSafetensors(source, 'f')).values()]
      : [...(await openTorchCheckpoint(source, 'f')).values()].flatMap((dict) => [...dict.values()])
  for (const tensor of tensors.slice(0, 50)) await readTensor(tensor)
  return `${target} of ${tensors.length}`
}

async function readTensor({ key, shape, dtype, read }: TensorEntry): Promise<void> {
  const expected = elementCount(shape) * dtypeBytes[dtype]
  if (!(expected <= mostBytes)) throw new Error(`${key}: ${expected} bytes of a small file`)
  const { byteLength } = await read()
  if (byteLength !== expected) throw new Error(`${key}: ${byteLength} bytes, not ${expected}`)
}

const checkpointOf = (pickle: Uint8Array) =>
  archiveFile([
    { name: 'archive/data.pkl', bytes: pickle },
    { name: 'archive/data/0', bytes: new Uint8Array(96) },
    { name: 'archive/data/1', bytes: new Uint8Array(8) },
  ])

/** A file in memory; to ask for what it has not is a fault. */
function guarded(bytes: Uint8Array): WeightSource {
  return {
    name: 'fuzzed',
    size: (path) => Promise.resolve(path === 'f' ? bytes.byteLength : undefined),
    read(path, start, end) {
      if (path !== 'f') throw new Error(`another file is read: ${path}`)
      if (!(0 <= start && start <= end && end <= bytes.byteLength))
        throw new Error(`bytes ${start} to ${end} of ${bytes.byteLength} are read`)
      return Promise.resolve(bytes.subarray(start, end))
    },
  }
}

/** Sound files of each kind, for a start. */
export function fuzzSeeds(target: FuzzTarget): Uint8Array[] {
  const square = pickledTensor({ count: 24, shape: [4, 6], strides: [6, 1] })
  const turned = pickledTensor({ count: 24, offset: 2, shape: [3, 2], strides: [1, 6] })
  const pickles = [
    stateOf(square),
    stateOf(turned),
    join(
      op.proto,
      pickledDict({
        transformer: pickledDict({
          a: square,
          b: pickledTensor({ type: 'LongStorage', storage: '1', count: 1, shape: [], strides: [] }),
        }),
        step: op.int(7),
        list: op.tuple(op.int(1), op.str('x')),
      }),
      op.stop,
    ),
    // frames, memory, short strings, lists, floats: protocol 4
    join(
      [0x80, 4, 0x95, 20, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x94, 0x28, 0x8c, 1, 0x61, 0x94],
      [0x5d, 0x94, 0x28, 0x4b, 1, 0x4d, 1, 2, 0x4a, 1, 2, 3, 4, 0x47, 1, 2, 3, 4, 5, 6, 7, 8],
      [0x4e, 0x88, 0x89, 0x65, 0x8c, 1, 0x62, 0x68, 1, 0x75, 0x2e],
    ),
  ]
  switch (target) {
    case 'pickle':
    case 'checkpoint':
      return pickles
    case 'zip':
      return [
        checkpointOf(pickles[0]!),
        archiveFile([{ name: 'a/b', bytes: text('plain'), flags: 0 }], { classic: true }),
        archiveFile([
          { name: 'a', bytes: new Uint8Array(0) },
          { name: 'b', bytes: text('two') },
        ]),
      ]
    case 'safetensors': {
      const header = {
        __metadata__: { format: 'pt' },
        a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
        'b.scale': { dtype: 'F16', shape: [], data_offsets: [24, 26] },
        empty: { dtype: 'I64', shape: [0, 4], data_offsets: [26, 26] },
      }
      return [
        safetensorsFile(JSON.stringify(header), 26),
        safetensorsFile('{}', 0),
        safetensorsFile('{"a":{"dtype":"I8","shape":[3],"data_offsets":[0,3]}}   ', 3),
      ]
    }
  }
}

/** Whole numbers below `most`, the same ones for the same seed (mulberry32). */
export function fuzzNumbers(seed: number): (most: number) => number {
  let state = seed >>> 0
  return (most) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * most)
  }
}

const edges = [0n, 1n, 2n, 255n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn]
const wideEdges = [...edges, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]
const words = [
  ...['"a":', '{', '}', '[', ']', ',', '-1', '1e9', '9007199254740993', '18446744073709551615'],
  ...['"F32"', '"I8"', '"__proto__"', '\\ud800', 'null', 'true', '"shape":[', 'data/0', '../'],
  ...['torch._utils\n_rebuild_tensor_v2\n', 'os\nsystem\n', 'builtins\neval\n', 'PK\x03\x04'],
].map(text)

/** One to four changes to a file. */
export function mutate(
  bytes: Uint8Array,
  others: readonly Uint8Array[],
  number: (most: number) => number,
): Uint8Array {
  let out = bytes
  for (let changes = 1 + number(4); changes > 0; changes--) out = change(out, others, number)
  return out.subarray(0, 4096)
}

function change(
  bytes: Uint8Array,
  others: readonly Uint8Array[],
  number: (most: number) => number,
): Uint8Array {
  const at = number(bytes.length + 1)
  const end = Math.min(bytes.length, at + 1 + number(16))
  const out = new Uint8Array(bytes)
  const view = new DataView(out.buffer)
  switch (number(9)) {
    case 0:
      if (at < out.length) out[at]! ^= 1 << number(8)
      return out
    case 1:
      if (at < out.length) out[at] = number(256)
      return out
    case 2:
      return join(bytes.subarray(0, at), bytes.subarray(end)) // cut out
    case 3:
      return join(bytes.subarray(0, end), bytes.subarray(at)) // twice
    case 4:
      if (at + 4 <= out.length) view.setUint32(at, Number(edges[number(edges.length)]!), true)
      return out
    case 5:
      if (at + 8 <= out.length) view.setBigUint64(at, wideEdges[number(wideEdges.length)]!, true)
      return out
    case 6:
      return join(bytes.subarray(0, at), words[number(words.length)]!, bytes.subarray(at))
    case 7: {
      const other = others[number(others.length)]!
      const from = number(other.length + 1)
      return join(
        bytes.subarray(0, at),
        other.subarray(from, from + number(64)),
        bytes.subarray(at),
      )
    }
    default:
      return bytes.slice(0, at)
  }
}

/** What one outcome has in common with others of its kind: names and numbers left out. */
export const outcomeKind = (outcome: string): string =>
  outcome
    .replace(/(the (name|key)|checkpoint:|zip:) .*/s, '$1')
    .replace(/'.*'/s, '*')
    .replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\[[^\]]*\]/g, '*')
    .replaceAll(/0x[0-9a-f]+|-?\d+(n|e\+?\d+)?/g, '#')
    .replaceAll(/[^ -~]/g, '')
    .slice(0, 70)

export interface FuzzResult {
  readonly inputs: number
  /** How often each kind of outcome came. */
  readonly outcomes: ReadonlyMap<string, number>
  /** An input for each kind of outcome. */
  readonly examples: ReadonlyMap<string, Uint8Array>
  /** Processor time of the slowest input, in milliseconds. */
  readonly slowestMs: number
}

/**
 * Mutates and reads. What gives an outcome not seen before joins those that are mutated.
 * @throws the first input that breaks the promise, with its bytes in hexadecimal
 */
export async function fuzz(
  target: FuzzTarget,
  { inputs, seed, corpus }: { inputs: number; seed: number; corpus: readonly Uint8Array[] },
): Promise<FuzzResult> {
  const number = fuzzNumbers(seed)
  const pool = [...fuzzSeeds(target), ...corpus]
  const outcomes = new Map<string, number>()
  const examples = new Map<string, Uint8Array>()
  let slowestMs = 0
  for (let i = 0; i < inputs; i++) {
    const bytes = i < pool.length ? pool[i]! : mutate(pool[number(pool.length)]!, pool, number)
    const before = process.cpuUsage()
    const kind = outcomeKind(
      await readFuzzed(target, bytes).catch((cause: unknown) => {
        const hex = Buffer.from(bytes).toString('hex')
        throw new Error(`${target}, seed ${seed}, input ${i}: ${hex}`, { cause })
      }),
    )
    const { user, system } = process.cpuUsage(before)
    slowestMs = Math.max(slowestMs, (user + system) / 1000)
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1)
    if (examples.has(kind)) continue
    examples.set(kind, bytes)
    if (!pool.includes(bytes)) pool.push(bytes)
  }
  return { inputs, outcomes, examples, slowestMs }
}
