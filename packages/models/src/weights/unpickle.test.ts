import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WeightsError } from './errors.ts'
import { join, little, op, pickledDict, pickledTensor, stateOf, text } from './fixtures.ts'
import { unpickle } from './unpickle.ts'

const pickle = (...ops: (Uint8Array | readonly number[])[]) => join(op.proto, ...ops, op.stop)
const tensor = pickledTensor({ count: 6, offset: 1, shape: [2, 2], strides: [2, 1] })

describe('reads', () => {
  test('dicts, lists, tuples, numbers and texts', () => {
    const value = unpickle(
      pickle(
        pickledDict({
          a: op.tuple(op.int(-3), op.int(2 ** 40), [0x4b, 7], [0x4d, 1, 2], [0x88], [0x89], [0x4e]),
          b: join([0x5d, 0x28], op.str('ü'), [0x4a, 255, 255, 255, 255], [0x65]),
          __proto__x: join([0x47], [0x3f, 0xf8, 0, 0, 0, 0, 0, 0]),
        }),
      ),
    )
    expect(value).toEqual(
      new Map<string, unknown>([
        ['a', [-3, 2 ** 40, 7, 513, true, false, null]],
        ['b', ['ü', -1]],
        ['__proto__x', 1.5],
      ]),
    )
  })

  test('what was remembered', () => {
    const ops = [op.str('x'), [0x71, 5], [0x68, 5], [0x72, 9, 0, 0, 0], [0x6a, 9, 0, 0, 0], [0x87]]
    expect(unpickle(pickle(...ops))).toEqual(['x', 'x', 'x'])
  })

  test('protocol 4, with frames', () => {
    const body = join([0x8c, 1], text('x'), [0x94], op.stop)
    expect(unpickle(join([0x80, 4, 0x95], little(body.length, 8), body))).toBe('x')
  })

  test('tensors, by reference', () => {
    expect(unpickle(stateOf(tensor))).toEqual(
      new Map([
        [
          'transformer',
          new Map([
            [
              'w',
              {
                kind: 'tensor',
                storage: { kind: 'storage', key: '0', dtype: 'F32', count: 6 },
                offset: 1,
                shape: [2, 2],
                strides: [2, 1],
              },
            ],
          ]),
        ],
      ]),
    )
  })

  test('a state dict with the metadata of its module, and parameters', () => {
    const parameter = join(
      op.global('torch._utils', '_rebuild_parameter'),
      op.tuple(tensor, [0x88], [0x4e]),
      op.reduce,
    )
    const ordered = join(op.global('collections', 'OrderedDict'), [0x29], op.reduce)
    const items = join(op.mark, op.str('w'), parameter, op.setItems)
    const state = pickledDict({ _metadata: ordered })
    const value = unpickle(pickle(ordered, items, state, [0x62])) as Map<string, unknown>
    expect([...value.keys()]).toEqual(['w'])
    expect(value.get('w')).toMatchObject({ kind: 'tensor', shape: [2, 2] })
  })
})

describe('refuses by name', () => {
  const names: [string, string][] = [
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'exec'],
    ['builtins', 'getattr'],
    ['trace', 'Trace.runctx'],
    ['torch._dynamo.guards', 'GuardBuilder.get'],
    ['torch.storage', '_load_from_bytes'],
    ['torch.jit', 'load'],
    ['torch', 'load'],
    ['torch', 'DoubleStorage'],
    ['torch', 'FloatStorage.from_file'],
    ['torch._utils', '_rebuild_tensor'],
    ['collections', 'namedtuple'],
    ['constructor', 'constructor'],
    ['', ''],
  ]
  test.each(names)('%s.%s', (module, name) => {
    const inPickle = op.global(module, name)
    const onStack = join(op.str(module), op.str(name), [0x93])
    for (const ops of [inPickle, onStack]) {
      const run = () => unpickle(pickle(ops, op.tuple(op.str('true')), op.reduce))
      expect(run).toThrow(WeightsError)
      expect(run).toThrow(`"${module}.${name}" is not allowed`)
    }
  })
})

describe('refuses', () => {
  const ordered = op.global('collections', 'OrderedDict')
  const storage = (key: string, count: number, type = op.global('torch', 'FloatStorage')) =>
    join(op.tuple(op.str('storage'), type, op.str(key), op.str('cpu'), op.int(count)), [0x51])
  const rebuild = (...args: (Uint8Array | readonly number[])[]) =>
    join(op.global('torch._utils', '_rebuild_tensor_v2'), op.tuple(...args), op.reduce)
  const cases: [string, Uint8Array][] = [
    ['nothing', new Uint8Array(0)],
    ['protocol 0', text("cos\nsystem\n(S'true'\ntR.")],
    ['protocol 1', join([0x80, 1], op.str('x'), op.stop)],
    ['protocol 6', join([0x80, 6], op.str('x'), op.stop)],
    ['a tar archive of old', text('././@PaxHeader')],
    ['INST', pickle([0x28, 0x69], text('os\nsystem\n'))],
    ['OBJ', pickle([0x28], ordered, [0x6f])],
    ['NEWOBJ', pickle(ordered, [0x29, 0x81])],
    ['NEWOBJ_EX', pickle(ordered, [0x29, 0x7d, 0x92])],
    ['EXT1', pickle([0x82, 1])],
    ['PERSID in text', pickle(text('Pstorage\n'))],
    ['BINBYTES', pickle([0x42], little(1, 4), [1])],
    ['LONG4 of 2 GB', pickle([0x8b], little(0x7fffffff, 4))],
    ['an integer above 2^53', pickle(join([0x8a, 8], little(2n ** 53n + 1n, 8)))],
    ['an integer of 255 bytes', pickle([0x8a, 255], new Uint8Array(255))],
    ['text longer than the file', pickle([0x58], little(0xffffffff, 4), text('x'))],
    ['text that is not UTF-8', pickle([0x58], little(1, 4), [0xff])],
    ['a name without an end', join(op.proto, text('ccollections'))],
    ['no STOP', join(op.proto, op.str('x'))],
    ['STOP of an empty stack', pickle()],
    ['an open mark', pickle(op.mark, op.str('x'))],
    ['values left over', pickle(op.str('x'), op.str('y'))],
    ['bytes behind STOP', join(pickle(op.str('x')), [0])],
    ['a second pickle', join(pickle(op.str('x')), pickle(op.str('y')))],
    ['a tuple without a mark', pickle([0x74])],
    ['a tuple of too little', pickle(op.str('x'), [0x86])],
    ['memory that was never set', pickle([0x68, 3])],
    ['memory 4,000,000,000', pickle([0x6a], little(4_000_000_000, 4))],
    ['SETITEMS on a text', pickle(op.str('x'), op.mark, op.str('a'), op.str('b'), op.setItems)],
    ['SETITEMS of an odd number', pickle(op.dict, op.mark, op.str('a'), op.setItems)],
    ['a dict as a key', pickle(op.dict, op.mark, op.dict, op.str('b'), op.setItems)],
    [
      'a key twice',
      pickle(op.dict, op.mark, ...['a', 'b', 'a', 'c'].map((key) => op.str(key)), op.setItems),
    ],
    ['APPEND to a dict', pickle(op.dict, op.str('x'), [0x61])],
    ['BUILD on a tensor', pickle(tensor, op.dict, [0x62])],
    ['BUILD with a text', pickle(op.dict, op.str('__setstate__'), [0x62])],
    ['REDUCE of a text', pickle(op.str('os.system'), [0x29], op.reduce)],
    ['REDUCE of a storage type', pickle(op.global('torch', 'FloatStorage'), [0x29], op.reduce)],
    ['an OrderedDict with arguments', pickle(ordered, op.tuple(op.str('x')), op.reduce)],
    ['a storage that is no tuple', pickle(op.str('0'), [0x51])],
    ['a storage of an unknown type', pickle(storage('0', 1, ordered))],
    ['a storage named ../x', pickle(storage('../x', 1))],
    ['a storage with a negative size', pickle(storage('0', -1))],
    ['a tensor of a text', pickle(rebuild(op.str('x'), op.int(0), op.tuple(), op.tuple()))],
    ['a tensor without arguments', pickle(rebuild())],
    [
      'a negative offset',
      stateOf(pickledTensor({ count: 6, offset: -1, shape: [2], strides: [1] })),
    ],
    [
      'a negative stride',
      stateOf(pickledTensor({ count: 6, offset: 5, shape: [2], strides: [-1] })),
    ],
    ['a negative size', stateOf(pickledTensor({ count: 6, shape: [-2], strides: [1] }))],
    ['more strides than axes', stateOf(pickledTensor({ count: 6, shape: [2], strides: [1, 1] }))],
    [
      'seventeen axes',
      stateOf(pickledTensor({ count: 1, shape: Array(17).fill(1), strides: Array(17).fill(1) })),
    ],
    [
      'a parameter of a text',
      pickle(op.global('torch._utils', '_rebuild_parameter'), op.tuple(op.str('x')), op.reduce),
    ],
    ['2,000 open marks', pickle(new Uint8Array(2000).fill(0x28))],
    ['2 million opcodes', pickle(new Uint8Array(2_000_000).fill(0x4e))],
    ['17 MiB', new Uint8Array(17 * 1024 * 1024)],
  ]
  test.each(cases)('%s', (_, bytes) => {
    expect(() => unpickle(bytes)).toThrow(
      expect.objectContaining({ name: 'WeightsError', code: 'weights/pickle' }) as Error,
    )
  })
})

test('deep nesting, doubling and a dict within itself cost no more than their bytes', () => {
  const nested = pickle([0x29], new Uint8Array(100_000).fill(0x85))
  expect(Array.isArray(unpickle(nested))).toBe(true)
  const doubled = Array.from({ length: 200 }, (_, i) => [0x71, i, 0x68, i, 0x86])
  expect(Array.isArray(unpickle(pickle(op.str('lol'), ...doubled)))).toBe(true)
  const itself = unpickle(
    pickle(op.dict, [0x71, 0], op.mark, op.str('a'), [0x68, 0], op.setItems),
  ) as Map<string, unknown>
  expect(itself.get('a')).toBe(itself)
})

test('a pickle whose bytes changed is read or refused, and never anything else', () => {
  const good = stateOf(tensor)
  const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const broken = good.slice()
      for (const [at, byte] of changes) broken[at] = byte
      try {
        unpickle(broken)
      } catch (error) {
        expect(error).toBeInstanceOf(WeightsError)
      }
    }),
    { numRuns: 2000 },
  )
})
