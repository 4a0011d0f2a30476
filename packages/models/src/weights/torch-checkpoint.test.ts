import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32 } from './crc32.ts'
import { WeightsError } from './errors.ts'
import {
  archiveFile,
  archiveSegments,
  join,
  little,
  op,
  pickledDict,
  pickledTensor,
  sparseSource,
  stateOf,
  text,
  type FixtureArchive,
  type FixtureEntry,
  type FixtureTensor,
} from './fixtures.ts'
import { readF32 } from './read-tensor.ts'
import { memorySource, type WeightSource } from './source.ts'
import { openTorchCheckpoint } from './torch-checkpoint.ts'

const six = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer)
const plain: FixtureTensor = { count: 6, shape: [2, 3], strides: [3, 1] }

function entriesOf(tensor: FixtureTensor = plain, data = six): FixtureEntry[] {
  return [
    { name: 'm/data.pkl', bytes: stateOf(pickledTensor(tensor)) },
    { name: 'm/byteorder', bytes: text('little') },
    { name: 'm/data/0', bytes: data },
    { name: 'm/version', bytes: text('3\n') },
  ]
}

/** The entries with some fields of one of them changed. */
function changed(name: string, lie: Partial<FixtureEntry>): FixtureEntry[] {
  return entriesOf().map((entry) => (entry.name === name ? { ...entry, ...lie } : entry))
}

async function readAll(source: WeightSource): Promise<number[]> {
  const dicts = await openTorchCheckpoint(source, 'f')
  const values: number[] = []
  for (const dict of dicts.values()) {
    for (const entry of dict.values()) values.push(...(await readF32(entry)))
  }
  return values
}

const readFile = (file: Uint8Array) => readAll(memorySource(new Map([['f', file]])))
const readEntries = (entries: FixtureEntry[], archive?: FixtureArchive) =>
  readFile(archiveFile(entries, archive))

describe('reads', () => {
  test('an archive, with and without zip64 records, descriptors and a byte order', async () => {
    const numbers = [0, 1, 2, 3, 4, 5]
    expect(await readEntries(entriesOf())).toEqual(numbers)
    expect(await readEntries(entriesOf(), { classic: true })).toEqual(numbers)
    expect(await readEntries(entriesOf().filter(({ name }) => name !== 'm/byteorder'))).toEqual(
      numbers,
    )
    const upFront = changed('m/data/0', {
      flags: 0,
      descriptor: new Uint8Array(0),
      local: { crc: crc32(six), size: 24 },
    })
    expect(await readEntries(upFront)).toEqual(numbers)
  })

  test.each([
    ['a slice', { count: 6, offset: 1, shape: [2, 2], strides: [3, 1] }, [1, 2, 4, 5]],
    ['a transpose', { count: 6, shape: [3, 2], strides: [1, 3] }, [0, 3, 1, 4, 2, 5]],
    ['channels last', { count: 6, shape: [1, 2, 3, 1], strides: [6, 1, 2, 2] }, [0, 2, 4, 1, 3, 5]],
    [
      'any stride on axes of one',
      { count: 6, shape: [2, 3, 1, 1], strides: [3, 1, 99, 7] },
      [0, 1, 2, 3, 4, 5],
    ],
    ['a row repeated', { count: 6, shape: [2, 3], strides: [0, 1] }, [0, 1, 2, 0, 1, 2]],
    ['a scalar', { count: 6, offset: 5, shape: [], strides: [] }, [5]],
    ['nothing', { count: 6, shape: [0, 3], strides: [3, 1] }, []],
  ])('%s', async (_, tensor, expected) => {
    expect(await readEntries(entriesOf(tensor))).toEqual(expected)
  })

  test('rows of a view, reading only their span', async () => {
    const tensor = { count: 6, offset: 1, shape: [2, 2], strides: [3, 1] }
    const source = memorySource(new Map([['f', archiveFile(entriesOf(tensor))]]))
    const entry = (await openTorchCheckpoint(source, 'f')).get('transformer')!.get('w')!
    expect([...(await readF32(entry, { start: 1, end: 2 }))]).toEqual([4, 5])
    await expect(entry.read(1, 3)).rejects.toMatchObject({ code: 'weights/range' })
  })

  test('other types of number', async () => {
    const data = new Uint8Array(Float16Array.of(1.5, -2).buffer)
    const tensor = { type: 'HalfStorage', count: 2, shape: [2], strides: [1] }
    expect(await readEntries(entriesOf(tensor, data))).toEqual([1.5, -2])
  })

  test('an archive of more than 4 GiB', async () => {
    const gigabytes = 5 * 2 ** 30
    const dict = pickledDict({
      huge: pickledTensor({
        storage: '1',
        count: gigabytes / 4,
        shape: [2 ** 20, 1280],
        strides: [1280, 1],
      }),
      w: pickledTensor(plain),
    })
    const entries: FixtureEntry[] = [
      { name: 'm/data.pkl', bytes: join(op.proto, pickledDict({ transformer: dict }), op.stop) },
      { name: 'm/data/1', hollow: gigabytes, crc: 0 },
      { name: 'm/data/0', bytes: six },
    ]
    const source = sparseSource('f', archiveSegments(entries))
    const tensors = (await openTorchCheckpoint(source, 'f')).get('transformer')!
    expect([...(await readF32(tensors.get('w')!))]).toEqual([0, 1, 2, 3, 4, 5])
    const last = await readF32(tensors.get('huge')!, { start: 2 ** 20 - 1, end: 2 ** 20 })
    expect(last).toEqual(new Float32Array(1280))
  })
})

describe('refuses as an archive', () => {
  const zip64 = (...values: number[]) =>
    join(little(1, 2), little(8 * values.length, 2), ...values.map((v) => little(v, 8)))
  const bomb = { name: 'm/data/0', bytes: six }
  const cases: [string, Uint8Array][] = [
    ['text', text('this is no archive of any kind, though it is long enough')],
    ['bytes before it', archiveFile(entriesOf(), { prefix: text('#!/bin/sh\n') })],
    ['bytes behind it', archiveFile(entriesOf(), { suffix: text('x') })],
    ['no entries', archiveFile([])],
    ['a wrong CRC of its pickle', archiveFile(changed('m/data.pkl', { crc: 1 }))],
    ['a wrong CRC of its byte order', archiveFile(changed('m/byteorder', { crc: 1 }))],
    ['encryption', archiveFile(changed('m/data/0', { flags: 0x0809 }))],
    ['masked headers', archiveFile(changed('m/data/0', { flags: 0x2808 }))],
    ['compression', archiveFile(changed('m/data/0', { method: 8 }))],
    [
      'a compressed bomb',
      archiveFile(changed('m/data/0', { method: 8, size: 24_000_000, compressed: 24 })),
    ],
    ['sizes that differ', archiveFile(changed('m/data/0', { size: 24_000_000, compressed: 24 }))],
    ['a size beyond its end', archiveFile(changed('m/data/0', { size: 4000 }))],
    ['a zip64 size beyond its end', archiveFile(changed('m/data/0', { size: 2 ** 40 }))],
    ['a zip64 size above 2^53', archiveFile(changed('m/data/0', { size: 2 ** 60 }))],
    [
      'a zip64 field that is too short',
      archiveFile(changed('m/data/0', { size: 2 ** 40, extra: zip64(2 ** 40) })),
    ],
    [
      'no zip64 field where one is due',
      archiveFile(changed('m/data/0', { size: 2 ** 40, extra: new Uint8Array(0) })),
    ],
    [
      'a descriptor of another CRC',
      archiveFile(
        changed('m/data/0', {
          descriptor: join(text('PK\x07\x08'), little(9, 4), little(24, 4), little(24, 4)),
        }),
      ),
    ],
    [
      'a descriptor of another size',
      archiveFile(
        changed('m/data/0', {
          descriptor: join(text('PK\x07\x08'), little(crc32(six), 4), little(24, 4), little(25, 4)),
        }),
      ),
    ],
    ['no descriptor', archiveFile(changed('m/data/0', { descriptor: new Uint8Array(0) }))],
    [
      'a hole behind an entry',
      archiveFile(changed('m/data/0', { descriptor: new Uint8Array(40) })),
    ],
    [
      'another name beside the data',
      archiveFile(changed('m/data/0', { local: { name: 'm/data/1' } })),
    ],
    [
      'a longer name beside the data',
      archiveFile(changed('m/data/0', { local: { name: 'm/data/00' } })),
    ],
    ['other flags beside the data', archiveFile(changed('m/data/0', { local: { flags: 0 } }))],
    ['another method beside the data', archiveFile(changed('m/data/0', { local: { method: 8 } }))],
    ['another size beside the data', archiveFile(changed('m/data/0', { local: { size: 5 } }))],
    ['another CRC beside the data', archiveFile(changed('m/data/0', { local: { crc: 5 } }))],
    ['an entry at the place of another', archiveFile(changed('m/data/0', { offset: 0 }))],
    ['an entry beyond the directory', archiveFile(changed('m/data/0', { offset: 1e6 }))],
    ['a name twice', archiveFile([...entriesOf(), bomb])],
    ['a name in two cases', archiveFile([...entriesOf(), { ...bomb, name: 'm/DATA/0' }])],
    ['a name that climbs', archiveFile([...entriesOf(), { ...bomb, name: 'm/../../x' }])],
    ['an absolute name', archiveFile([...entriesOf(), { ...bomb, name: '/etc/passwd' }])],
    ['a drive', archiveFile([...entriesOf(), { ...bomb, name: 'C:x' }])],
    ['a backslash', archiveFile([...entriesOf(), { ...bomb, name: 'm\\x' }])],
    ['a NUL in a name', archiveFile([...entriesOf(), { ...bomb, name: 'm/data/0\0' }])],
    ['fewer entries than its directory', archiveFile(entriesOf(), { count: 3 })],
    ['more entries than its directory', archiveFile(entriesOf(), { count: 5 })],
    ['a million entries', archiveFile(entriesOf(), { count: 1_000_000 })],
    ['a directory somewhere else', archiveFile(entriesOf(), { directoryStart: 5 })],
    ['a directory without end', archiveFile(entriesOf(), { directoryBytes: 4_000_000_000 })],
  ]
  test.each(cases)('%s', async (_, file) => {
    await expect(readFile(file)).rejects.toMatchObject({
      name: 'WeightsError',
      code: 'weights/zip',
    })
  })

  test('entries that share their data', async () => {
    // Two records for one place: the classic way to unpack more than there is.
    const [first, second, ...rest] = entriesOf()
    const twice = { ...second!, offset: 0, name: 'm/data.pk2', bytes: first!.bytes! }
    await expect(readEntries([first!, twice, ...rest])).rejects.toMatchObject({
      code: 'weights/zip',
    })
  })

  test('an archive cut short anywhere', async () => {
    const file = archiveFile(entriesOf())
    for (let size = 0; size < file.length; size++) {
      const code = size < 22 ? 'weights/truncated' : 'weights/zip'
      await expect(readFile(file.subarray(0, size)), `${size}`).rejects.toMatchObject({ code })
    }
  })

  test('the golden archive, cut at every 1024 bytes', async () => {
    const path = '../../../../test/goldens/tiny/model.ckpt'
    const file = new Uint8Array(readFileSync(new URL(path, import.meta.url)))
    for (let size = 1024; size < file.length; size += 1024) {
      await expect(readFile(file.subarray(0, size))).rejects.toMatchObject({ code: 'weights/zip' })
    }
  })

  test('a file that shrinks while it is read', async () => {
    const files = new Map([['f', archiveFile(entriesOf())]])
    const dicts = await openTorchCheckpoint(memorySource(files), 'f')
    files.set('f', files.get('f')!.slice(0, 200))
    const entry = dicts.get('transformer')!.get('w')!
    await expect(entry.read()).rejects.toMatchObject({ code: 'weights/truncated' })
  })
})

describe('refuses as a checkpoint', () => {
  test.each<[string, string, FixtureEntry[]]>([
    ['no pickle', 'weights/pickle', entriesOf().slice(1)],
    [
      'two pickles',
      'weights/pickle',
      [...entriesOf(), { name: 'n/data.pkl', bytes: stateOf([0x4e]) }],
    ],
    [
      'a pickle of 17 MB',
      'weights/pickle',
      changed('m/data.pkl', { bytes: new Uint8Array(17 * 2 ** 20) }),
    ],
    [
      'a name that runs code',
      'weights/pickle',
      changed('m/data.pkl', { bytes: stateOf(op.global('os', 'system')) }),
    ],
    ['a list', 'weights/pickle', changed('m/data.pkl', { bytes: join(op.proto, [0x5d], op.stop) })],
    [
      'numbers of big-endian machines',
      'weights/pickle',
      changed('m/byteorder', { bytes: text('big') }),
    ],
    ['a missing storage', 'weights/pickle', entriesOf({ ...plain, storage: '9' })],
    ['a storage of another size', 'weights/pickle', entriesOf({ ...plain, count: 7 })],
    [
      'a view beyond its storage',
      'weights/shape',
      entriesOf({ count: 6, shape: [2, 4], strides: [3, 1] }),
    ],
    [
      'an offset beyond its storage',
      'weights/shape',
      entriesOf({ count: 6, offset: 6, shape: [1], strides: [1] }),
    ],
    [
      'a stride beyond its storage',
      'weights/shape',
      entriesOf({ count: 6, shape: [2], strides: [2 ** 52] }),
    ],
    [
      'a view of 10^12 in 6 numbers',
      'weights/shape',
      entriesOf({ count: 6, shape: [1e6, 1e6], strides: [0, 0] }),
    ],
  ])('%s', async (_, code, entries) => {
    await expect(readEntries(entries)).rejects.toMatchObject({ name: 'WeightsError', code })
  })
})

test('one dict under many names is refused, before it takes the memory of all of them', async () => {
  const [mark, recall] = [op.mark, (index: number) => [0x68, index]]
  const names = Array.from({ length: 1000 }, (_, i) => op.str(`n${i}`))
  // the first name has the dict, all others have it again: a million tensors in 30 kB
  const inner = join(
    op.dict,
    mark,
    op.str('first'),
    pickledTensor(plain),
    [0x71, 0],
    ...names.flatMap((name) => [name, recall(0)]),
    op.setItems,
    [0x71, 1],
  )
  const bytes = join(
    op.proto,
    op.dict,
    mark,
    op.str('first'),
    inner,
    ...names.flatMap((name) => [name, recall(1)]),
    op.setItems,
    op.stop,
  )
  await expect(readEntries(changed('m/data.pkl', { bytes }))).rejects.toMatchObject({
    code: 'weights/pickle',
    message: expect.stringContaining('<= 100000 tensors') as string,
  })
})

test('names the file and what it refuses in its pickle', async () => {
  const bytes = stateOf(op.global('os', 'system'))
  await expect(readEntries(changed('m/data.pkl', { bytes }))).rejects.toThrow(
    'f: pickle: the name "os.system" is not allowed',
  )
})

test('an archive whose bytes changed is read or refused, and never anything else', async () => {
  const good = archiveFile(entriesOf())
  const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const broken = good.slice()
      for (const [at, byte] of changes) broken[at] = byte
      try {
        expect((await readFile(broken)).length).toBeLessThanOrEqual(6)
      } catch (error) {
        expect(error).toBeInstanceOf(WeightsError)
      }
    }),
    { numRuns: 1000 },
  )
})
