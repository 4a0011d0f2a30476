/**
 * A pickle reader that can only make data: dicts, lists, tuples, numbers, strings and PyTorch's
 * tensors (by reference). A fixed list of opcodes, an exact list of names; everything else is
 * refused by name, nothing is ever called.
 */
import { WeightsError } from './errors.ts'
import type { DType } from './tensor.ts'

/** What a pickle may hold. Tuples and lists are both arrays. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Pickled[]
  | PickledDict
  | PickledGlobal
  | PickledStorage
  | PickledTensor
export type PickledDict = Map<string | number, Pickled>

export interface PickledGlobal {
  readonly kind: 'global'
  readonly name: string
}

/** A run of numbers in a file of its own, named by `key`. */
export interface PickledStorage {
  readonly kind: 'storage'
  readonly key: string
  readonly dtype: DType
  readonly count: number
}

/** A view of a storage; offset and strides in elements. */
export interface PickledTensor {
  readonly kind: 'tensor'
  readonly storage: PickledStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

const maxBytes = 16 * 1024 * 1024
const maxOps = 1_000_000
const maxMarks = 1_000
const maxRank = 16

const storageTypes: ReadonlyMap<string, DType> = new Map([
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
])

type Constructor = (args: Pickled[]) => Pickled
const constructors: ReadonlyMap<string, Constructor> = new Map<string, Constructor>([
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['collections.OrderedDict', emptyDict],
])

interface Machine {
  readonly bytes: Uint8Array
  readonly view: DataView
  at: number
  stack: Pickled[]
  readonly marks: Pickled[][]
  readonly memo: Map<number, Pickled>
}

/**
 * Reads one pickle that takes all of `bytes`.
 * @throws WeightsError `weights/pickle`
 */
export function unpickle(bytes: Uint8Array): Pickled {
  if (bytes.byteLength > maxBytes) refuse(`expected <= ${maxBytes} bytes, got ${bytes.byteLength}`)
  const machine: Machine = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
    stack: [],
    marks: [],
    memo: new Map(),
  }
  const protocol = takeByte(machine) === 0x80 ? takeByte(machine) : 0
  if (protocol < 2 || protocol > 5) refuse('expected protocol 2 to 5')
  for (let ops = 0; ops < maxOps; ops++) {
    const opcode = takeByte(machine)
    if (opcode === 0x2e) return finish(machine)
    const handler = handlers.get(opcode)
    if (!handler) {
      return refuse(`opcode 0x${opcode.toString(16)} at ${machine.at - 1} is not allowed`)
    }
    handler(machine)
  }
  return refuse(`expected <= ${maxOps} opcodes`)
}

function finish(machine: Machine): Pickled {
  const value = pop(machine)
  if (machine.stack.length || machine.marks.length) refuse('values left over at its end')
  if (machine.at !== machine.bytes.byteLength) refuse('bytes behind its end')
  return value
}

type Handler = (machine: Machine) => void
const push =
  (read: (machine: Machine) => Pickled): Handler =>
  (machine) => {
    const value = read(machine) // may replace the stack
    machine.stack.push(value)
  }
const tuple = (size: number): Handler => push((m) => popMany(m, size))

const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [0x95, (m) => void take(m, 8)], // FRAME: a hint for readers of streams
  [0x28, mark], // MARK
  [0x7d, push(() => new Map())], // EMPTY_DICT
  [0x5d, push(() => [])], // EMPTY_LIST
  [0x29, tuple(0)], // EMPTY_TUPLE
  [0x85, tuple(1)], // TUPLE1
  [0x86, tuple(2)], // TUPLE2
  [0x87, tuple(3)], // TUPLE3
  [0x74, push(popToMark)], // TUPLE
  [0x61, (m) => append(m, [pop(m)])], // APPEND
  [0x65, (m) => append(m, popToMark(m))], // APPENDS
  [0x73, (m) => setItems(m, popMany(m, 2))], // SETITEM
  [0x75, (m) => setItems(m, popToMark(m))], // SETITEMS
  [0x71, (m) => void m.memo.set(takeByte(m), top(m))], // BINPUT
  [0x72, (m) => void m.memo.set(takeUint32(m), top(m))], // LONG_BINPUT
  [0x94, (m) => void m.memo.set(m.memo.size, top(m))], // MEMOIZE
  [0x68, push((m) => recall(m, takeByte(m)))], // BINGET
  [0x6a, push((m) => recall(m, takeUint32(m)))], // LONG_BINGET
  [0x4b, push(takeByte)], // BININT1
  [0x4d, push((m) => m.view.getUint16(take(m, 2), true))], // BININT2
  [0x4a, push((m) => m.view.getInt32(take(m, 4), true))], // BININT
  [0x8a, push(takeLong)], // LONG1
  [0x47, push((m) => m.view.getFloat64(take(m, 8), false))], // BINFLOAT
  [0x4e, push(() => null)], // NONE
  [0x88, push(() => true)], // NEWTRUE
  [0x89, push(() => false)], // NEWFALSE
  [0x58, push((m) => takeText(m, takeUint32(m)))], // BINUNICODE
  [0x8c, push((m) => takeText(m, takeByte(m)))], // SHORT_BINUNICODE
  [0x63, push((m) => globalOf(takeLine(m), takeLine(m)))], // GLOBAL
  [0x93, push(stackGlobal)], // STACK_GLOBAL
  [0x52, push(reduce)], // REDUCE
  [0x51, push(persistentStorage)], // BINPERSID
  [0x62, build], // BUILD
])

function mark(machine: Machine): void {
  if (machine.marks.length >= maxMarks) refuse(`expected <= ${maxMarks} levels`)
  machine.marks.push(machine.stack)
  machine.stack = []
}

function popToMark(machine: Machine): Pickled[] {
  const items = machine.stack
  machine.stack = machine.marks.pop() ?? refuse('no mark on its stack')
  return items
}

function pop(machine: Machine): Pickled {
  if (machine.stack.length === 0) refuse('its stack is empty')
  return machine.stack.pop()!
}

function popMany(machine: Machine, count: number): Pickled[] {
  if (machine.stack.length < count) refuse('its stack is empty')
  return machine.stack.splice(machine.stack.length - count, count)
}

function top(machine: Machine): Pickled {
  if (machine.stack.length === 0) refuse('its stack is empty')
  return machine.stack.at(-1)!
}

function recall(machine: Machine, index: number): Pickled {
  if (!machine.memo.has(index)) refuse(`nothing remembered as ${index}`)
  return machine.memo.get(index)!
}

function append(machine: Machine, items: Pickled[]): void {
  const list = top(machine)
  if (!Array.isArray(list)) return refuse('expected a list to append to')
  for (const item of items) list.push(item)
}

function setItems(machine: Machine, items: Pickled[]): void {
  const dict = top(machine)
  if (!(dict instanceof Map) || items.length % 2 !== 0) return refuse('expected a dict and pairs')
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i]
    if (typeof key !== 'string' && typeof key !== 'number') return refuse('expected a plain key')
    if (dict.has(key)) refuse(`the key '${key}' twice`)
    dict.set(key, items[i + 1]!)
  }
}

/** The state of an OrderedDict is metadata of the module it came from: of no use here. */
function build(machine: Machine): void {
  const state = pop(machine)
  if (!(state instanceof Map) || !(top(machine) instanceof Map)) {
    refuse('expected the state of a dict')
  }
}

function reduce(machine: Machine): Pickled {
  const args = pop(machine)
  const callee = pop(machine)
  if (!isKind(callee, 'global') || !Array.isArray(args)) return refuse('expected a name to apply')
  const construct = constructors.get(callee.name)
  return construct ? construct(args) : refuse(`${callee.name} is not a constructor`)
}

function stackGlobal(machine: Machine): Pickled {
  const [module, name] = popMany(machine, 2)
  if (typeof module !== 'string' || typeof name !== 'string') return refuse('expected a name')
  return globalOf(module, name)
}

function globalOf(module: string, name: string): PickledGlobal {
  const full = `${module}.${name}`
  if (!constructors.has(full) && !storageTypes.has(full)) {
    refuse(`the name ${JSON.stringify(full.slice(0, 200))} is not allowed`)
  }
  return { kind: 'global', name: full }
}

function persistentStorage(machine: Machine): Pickled {
  const id = pop(machine)
  const [tag, type, key, location, count] = Array.isArray(id) ? id : []
  const dtype = isKind(type, 'global') ? storageTypes.get(type.name) : undefined
  if (tag !== 'storage' || dtype === undefined || typeof location !== 'string' || !isCount(count)) {
    return refuse('expected a storage')
  }
  if (typeof key !== 'string' || !/^\w{1,64}$/.test(key)) return refuse('expected a storage key')
  return { kind: 'storage', key, dtype, count }
}

function rebuildTensor(args: Pickled[]): PickledTensor {
  const [storage, offset, shape, strides] = args
  if (!isKind(storage, 'storage') || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    return refuse('a tensor: expected storage, offset, shape and strides')
  }
  if (shape.length !== strides.length || shape.length > maxRank) {
    refuse(`a tensor of shape [${shape.slice(0, 20)}] and strides [${strides.slice(0, 20)}]`)
  }
  return { kind: 'tensor', storage, offset, shape: [...shape], strides: [...strides] }
}

function rebuildParameter([tensor]: Pickled[]): PickledTensor {
  return isKind(tensor, 'tensor') ? tensor : refuse('a parameter: expected a tensor')
}

function emptyDict(args: Pickled[]): PickledDict {
  return args.length === 0 ? new Map() : refuse('an OrderedDict: expected no arguments')
}

interface Kinds {
  global: PickledGlobal
  storage: PickledStorage
  tensor: PickledTensor
}

/** Whether a value is of one of the kinds that stand for Python objects. */
export function isKind<K extends keyof Kinds>(
  value: Pickled | undefined,
  kind: K,
): value is Kinds[K] {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}

function isCount(value: Pickled | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isCounts(value: Pickled | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount)
}

function take(machine: Machine, count: number): number {
  const at = machine.at
  if (at + count > machine.bytes.byteLength) refuse('it is cut short')
  machine.at = at + count
  return at
}

function takeByte(machine: Machine): number {
  return machine.bytes[take(machine, 1)]!
}

function takeUint32(machine: Machine): number {
  return machine.view.getUint32(take(machine, 4), true)
}

/** LONG1: a little-endian two's complement integer of up to 8 bytes. */
function takeLong(machine: Machine): number {
  const length = takeByte(machine)
  if (length > 8) refuse(`an integer of ${length} bytes`)
  const at = take(machine, length)
  let value = 0n
  for (let i = 0; i < length; i++) value |= BigInt(machine.bytes[at + i]!) << BigInt(8 * i)
  const signed = BigInt.asIntN(8 * length, value)
  if (BigInt(Number(signed)) !== signed) refuse(`the integer ${signed} is too large`)
  return Number(signed)
}

function takeText(machine: Machine, length: number): string {
  const at = take(machine, length)
  return decode(machine.bytes.subarray(at, at + length))
}

function takeLine(machine: Machine): string {
  const end = machine.bytes.indexOf(0x0a, machine.at)
  if (end < 0) refuse('it is cut short')
  const line = machine.bytes.subarray(machine.at, end)
  machine.at = end + 1
  return decode(line)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse('text that is not UTF-8')
  }
}

function refuse(message: string): never {
  throw new WeightsError('weights/pickle', `pickle: ${message}`)
}
