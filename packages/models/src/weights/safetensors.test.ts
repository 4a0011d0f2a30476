import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WeightsError } from './errors.ts'
import { join, safetensorsFile, text } from './fixtures.ts'
import { openSafetensors, openShardedSafetensors } from './safetensors.ts'
import { memorySource } from './source.ts'
import { writeSafetensors, type TensorData } from './write-safetensors.ts'

const open = (file: Uint8Array) => openSafetensors(memorySource(new Map([['f', file]])), 'f')
const entry = (dtype: unknown, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets })
const one = (value: string) => `{"a":${value}}`
const small: TensorData[] = [
  { key: 'a', dtype: 'F32', shape: [2, 3], bytes: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { key: '__proto__', dtype: 'I8', shape: [3], bytes: Int8Array.of(-1, 0, 1) },
  { key: 'empty', dtype: 'F16', shape: [2, 0], bytes: new Uint16Array(0) },
  { key: 'scalar', dtype: 'I64', shape: [], bytes: BigInt64Array.of(7n) },
]

describe('a written file', () => {
  test('opens with the same tensors, rows and odd keys', async () => {
    const tensors = await open(join(...writeSafetensors(small)))
    expect([...tensors.keys()].sort()).toEqual(['__proto__', 'a', 'empty', 'scalar'])
    const a = tensors.get('a')!
    expect(await a.read(1)).toEqual(new Uint8Array(Float32Array.of(4, 5, 6).buffer))
    expect(await a.read(0, 0)).toEqual(new Uint8Array(0))
    expect(await tensors.get('__proto__')!.read()).toEqual(Uint8Array.of(255, 0, 1))
    expect(tensors.get('empty')!.shape).toEqual([2, 0])
    expect(await tensors.get('scalar')!.read()).toEqual(Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0))
    await expect(async () => a.read(1, 3)).rejects.toMatchObject({ code: 'weights/range' })
    await expect(async () => a.read(0.5, 1)).rejects.toMatchObject({ code: 'weights/range' })
  })

  test('is refused by the writer when bytes or keys do not fit', () => {
    const wrong = [{ ...small[0]!, shape: [7] }]
    expect(() => writeSafetensors(wrong)).toThrow(
      expect.objectContaining({ code: 'weights/shape' }) as Error,
    )
    expect(() => writeSafetensors([small[0]!, small[0]!])).toThrow(
      expect.objectContaining({ code: 'weights/header' }) as Error,
    )
  })

  test('is refused when cut short anywhere, or made longer', async () => {
    const file = join(...writeSafetensors(small))
    for (let size = 0; size < file.length; size++) {
      await expect(open(file.subarray(0, size)), `${size}`).rejects.toMatchObject({
        code: 'weights/truncated',
      })
    }
    await expect(open(join(file, [0]))).rejects.toMatchObject({ code: 'weights/offsets' })
  })

  test('whose bytes changed is read or refused, and never anything else', async () => {
    const file = join(...writeSafetensors(small))
    const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const broken = file.slice()
        for (const [at, byte] of changes) broken[at] = byte
        try {
          for (const tensor of (await open(broken)).values()) await tensor.read()
        } catch (error) {
          expect(error).toBeInstanceOf(WeightsError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('the golden text encoder, cut at every 1024 bytes, is refused', async () => {
  const path = '../../../../test/goldens/tiny/text_encoder/model.safetensors'
  const file = new Uint8Array(readFileSync(new URL(path, import.meta.url)))
  expect((await open(file)).size).toBe(22)
  for (let size = 0; size < file.length; size += 1024) {
    await expect(open(file.subarray(0, size))).rejects.toMatchObject({ code: 'weights/truncated' })
  }
})

test('a header that is too long is refused before it is read', async () => {
  const reads: number[] = []
  const source = {
    name: 'big',
    size: () => Promise.resolve(200_000_000),
    read: (_: string, start: number, end: number) => {
      reads.push(end - start)
      return Promise.resolve(safetensorsFile('', 0, 16n * 2n ** 20n + 1n))
    },
  }
  await expect(openSafetensors(source, 'f')).rejects.toMatchObject({ code: 'weights/header' })
  expect(reads).toEqual([8])
})

test('a file that shrinks after it was opened is refused', async () => {
  const files = new Map([['f', join(...writeSafetensors(small))]])
  const tensors = await openSafetensors(memorySource(files), 'f')
  files.set('f', files.get('f')!.subarray(0, 20))
  await expect(tensors.get('a')!.read()).rejects.toMatchObject({ code: 'weights/truncated' })
})

describe('refuses a file', () => {
  const valid = one(entry('U8', [4], [0, 4]))
  const place = { dtype: 'U8', shape: [4], data_offsets: [0, 4] }
  const huge = [4194305, 4194305, 211106198978564]
  const cases: [string, string, Uint8Array][] = [
    ['without a header', 'weights/header', safetensorsFile('')],
    ['with a header of one byte', 'weights/header', safetensorsFile('{')],
    ['with a header longer than itself', 'weights/truncated', safetensorsFile(valid, 4, 500n)],
    ['with a header of 2^63', 'weights/header', safetensorsFile(valid, 4, 1n << 63n)],
    ['with a header of 2^64 - 1', 'weights/header', safetensorsFile(valid, 4, (1n << 64n) - 1n)],
    ['that begins with a space', 'weights/header', safetensorsFile(` ${valid}`, 4)],
    ['that begins with a byte order mark', 'weights/header', safetensorsFile(`\ufeff${valid}`, 4)],
    ['with an array', 'weights/header', safetensorsFile('[]')],
    ['with text behind its header', 'weights/header', safetensorsFile(`${valid} x`, 4)],
    ['with zeros behind its header', 'weights/header', safetensorsFile(`${valid}\0\0`, 4)],
    [
      'that is not UTF-8',
      'weights/header',
      safetensorsFile(join(text('{"'), [0xff], text('":1}')), 4),
    ],
    ['with half a character', 'weights/header', safetensorsFile(String.raw`{"\ud800":1}`, 4)],
    ['nested without end', 'weights/header', safetensorsFile(`{"a":${'['.repeat(100_000)}`)],
    [
      'with a key twice',
      'weights/header',
      safetensorsFile(`{${valid.slice(1, -1)},${valid.slice(1)}`, 4),
    ],
    [
      'with a key twice, once escaped',
      'weights/header',
      safetensorsFile(`{${valid.slice(1, -1)},${String.raw`"\u0061"`}${valid.slice(4)}`, 4),
    ],
    [
      'with a field twice',
      'weights/header',
      safetensorsFile('{"a":{"dtype":"U8","dtype":"I8","shape":[4],"data_offsets":[0,4]}}', 4),
    ],
    [
      'with metadata that are not texts',
      'weights/header',
      safetensorsFile('{"__metadata__":{"a":1}}'),
    ],
    [
      'with a field too many',
      'weights/header',
      safetensorsFile('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1}}', 4),
    ],
    [
      'with a field missing',
      'weights/header',
      safetensorsFile('{"a":{"dtype":"U8","shape":[4]}}', 4),
    ],
    ['with a tensor that is a number', 'weights/header', safetensorsFile('{"a":1}')],
    ['with an unknown type', 'weights/dtype', safetensorsFile(one(entry('F4', [8], [0, 4])), 4)],
    [
      'with a type named toString',
      'weights/dtype',
      safetensorsFile(one(entry('toString', [4], [0, 4])), 4),
    ],
    ['with three offsets', 'weights/header', safetensorsFile(one(entry('U8', [4], [0, 2, 4])), 4)],
    [
      'with offsets that are texts',
      'weights/header',
      safetensorsFile(one(entry('U8', [4], ['0', '4'])), 4),
    ],
    [
      'with a negative offset',
      'weights/header',
      safetensorsFile(one(entry('U8', [5], [-1, 4])), 4),
    ],
    ['with a fraction', 'weights/header', safetensorsFile(one(entry('U8', [4], [0.5, 4.5])), 4)],
    [
      'with 4.0 for 4',
      'weights/header',
      safetensorsFile('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4.0]}}', 4),
    ],
    [
      'with 4e0 for 4',
      'weights/header',
      safetensorsFile('{"a":{"dtype":"U8","shape":[4e0],"data_offsets":[0,4]}}', 4),
    ],
    [
      'with -0 for 0',
      'weights/header',
      safetensorsFile('{"a":{"dtype":"U8","shape":[4],"data_offsets":[-0,4]}}', 4),
    ],
    [
      'with a number of a million digits',
      'weights/header',
      safetensorsFile(`{"a":{"dtype":"U8","shape":[${'9'.repeat(1e6)}],"data_offsets":[0,4]}}`, 4),
    ],
    [
      'with offsets in reverse',
      'weights/offsets',
      safetensorsFile(one(entry('U8', [0], [4, 0])), 4),
    ],
    [
      'with an offset above 2^53',
      'weights/offsets',
      safetensorsFile(
        '{"a":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,9007199254740993]}}',
        4,
      ),
    ],
    [
      'that ends before its tensors',
      'weights/truncated',
      safetensorsFile(one(entry('U8', [5], [0, 5])), 4),
    ],
    [
      'that goes on behind its tensors',
      'weights/offsets',
      safetensorsFile(one(entry('U8', [3], [0, 3])), 4),
    ],
    [
      'with a hole at its start',
      'weights/offsets',
      safetensorsFile(one(entry('U8', [3], [1, 4])), 4),
    ],
    [
      'with a hole',
      'weights/offsets',
      safetensorsFile(`{"a":${entry('U8', [1], [0, 1])},"b":${entry('U8', [2], [2, 4])}}`, 4),
    ],
    [
      'with tensors that overlap',
      'weights/offsets',
      safetensorsFile(`{"a":${entry('U8', [3], [0, 3])},"b":${entry('U8', [2], [2, 4])}}`, 4),
    ],
    [
      'with 10,000 tensors in one place',
      'weights/offsets',
      safetensorsFile(
        JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, place]))),
        4,
      ),
    ],
    [
      'whose shape is too large for its bytes',
      'weights/shape',
      safetensorsFile(one(entry('F32', [2], [0, 4])), 4),
    ],
    [
      'whose shape wraps around in 64 bits',
      'weights/shape',
      safetensorsFile(one(entry('U8', huge, [0, 4])), 4),
    ],
    [
      'whose shape wraps around in 64 bits, twice 2^63 - 1',
      'weights/shape',
      safetensorsFile(
        '{"a":{"dtype":"U8","shape":[2,18446744073709551614],"data_offsets":[0,4]}}',
        4,
      ),
    ],
    [
      'with nothing times more than 2^53',
      'weights/shape',
      safetensorsFile(
        '{"a":{"dtype":"U8","shape":[0,18446744073709551614],"data_offsets":[0,0]}}',
        0,
      ),
    ],
    [
      'with a million axes',
      'weights/shape',
      safetensorsFile(one(entry('U8', new Array(1e6).fill(9), [0, 4])), 4),
    ],
  ]
  test.each(cases)('%s', async (_, code, file) => {
    await expect(open(file)).rejects.toMatchObject({ name: 'WeightsError', code })
  })
})

describe('shards', () => {
  const [a, b] = [small.slice(0, 1), small.slice(1)].map((part) => join(...writeSafetensors(part)))
  const folder = (index: string) =>
    memorySource(
      new Map([
        ['d/x.safetensors.index.json', text(index)],
        ['d/x-1.safetensors', a!],
        ['d/x-2.safetensors', b!],
        ['secret.safetensors', a!],
      ]),
    )
  const openIndex = (map: string, more = '') =>
    openShardedSafetensors(folder(`{${more}"weight_map":${map}}`), 'd/x.safetensors.index.json')

  test('are opened through their index', async () => {
    const map = '{"a":"x-1.safetensors","__proto__":"x-2.safetensors"}'
    const tensors = await openIndex(map, '"metadata":{"total_size":31.5},')
    expect([...tensors.keys()]).toEqual(['a', '__proto__'])
    expect(await tensors.get('__proto__')!.read(2)).toEqual(Uint8Array.of(1))
  })

  test.each([
    ['a folder above', 'weights/header', '{"a":"../secret.safetensors"}'],
    ['a folder below', 'weights/header', '{"a":"e/x-1.safetensors"}'],
    ['a backslash', 'weights/header', String.raw`{"a":"..\\secret.safetensors"}`],
    ['an address', 'weights/header', '{"a":"https://x/y.safetensors"}'],
    ['another kind of file', 'weights/header', '{"a":"x.ckpt"}'],
    ['a NUL', 'weights/header', String.raw`{"a":"x-1.safetensors\u0000"}`],
    ['a number', 'weights/header', '{"a":1}'],
    ['no map', 'weights/header', '[]'],
    ['nothing', 'weights/header', '{}'],
    ['a key twice', 'weights/json', '{"a":"x-1.safetensors","a":"x-2.safetensors"}'],
    [
      'more files than any model has',
      'weights/header',
      `{${Array.from({ length: 1001 }, (_, i) => `"${i}":"${i}.safetensors"`).join()}}`,
    ],
    ['a missing shard', 'weights/missing-file', '{"a":"x-3.safetensors"}'],
    ['a key that is not in its shard', 'weights/missing-key', '{"a":"x-2.safetensors"}'],
  ])('are refused when the index names %s', async (_, code, map) => {
    await expect(openIndex(map)).rejects.toMatchObject({ code })
  })
})
