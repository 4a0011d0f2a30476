import { describe, expect, it } from 'vitest'

import { maxDifference, randomCloud } from '../../../test/clouds.ts'
import { expectRefusal } from '../../../test/throws.ts'
import type { SplatsErrorCode } from '../../splats-error.ts'
import { readPly } from './read.ts'
import { writePly } from './write.ts'

const NAMES = [
  ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity', 'scale_0', 'scale_1', 'scale_2'],
  ...['rot_0', 'rot_1', 'rot_2', 'rot_3'],
]
const VALUES = [1, 2, 3, 0.5, 0.25, -0.5, 0, Math.log(2), 0, Math.log(0.5), 1, 0, 0, 0]

interface Column {
  readonly name: string
  readonly type: string
  readonly value: number
}

const COLUMNS: Column[] = NAMES.map((name, i) => ({ name, type: 'float', value: VALUES[i]! }))

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function header(lines: string[], { eol = '\n', format = 'binary_little_endian' } = {}): Uint8Array {
  return ascii(['ply', `format ${format} 1.0`, ...lines, 'end_header', ''].join(eol))
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

const SETTERS: Record<string, [number, (view: DataView, at: number, value: number) => void]> = {
  float: [4, (view, at, value) => view.setFloat32(at, value, true)],
  double: [8, (view, at, value) => view.setFloat64(at, value, true)],
  int: [4, (view, at, value) => view.setInt32(at, value, true)],
  uchar: [1, (view, at, value) => view.setUint8(at, value)],
  int16: [2, (view, at, value) => view.setInt16(at, value, true)],
}

function row(columns: Column[]): Uint8Array {
  return join(
    ...columns.map(({ type, value }) => {
      const [length, set] = SETTERS[type]!
      const view = new DataView(new ArrayBuffer(length))
      set(view, 0, value)
      return new Uint8Array(view.buffer)
    }),
  )
}

function properties(columns: Column[]): string[] {
  return columns.map(({ name, type }) => `property ${type} ${name}`)
}

async function expectTheRow(bytes: Uint8Array): Promise<void> {
  const { gaussians, axes } = await readPly(bytes, { axes: 'RUB' })
  expect([gaussians.count, axes]).toEqual([1, 'RUB'])
  expect([...gaussians.positions, ...gaussians.sh]).toEqual([1, 2, 3, 0.5, 0.25, -0.5])
  expect([...gaussians.opacities]).toEqual([0.5])
  expect(maxDifference(gaussians.scales, [2, 1, 0.5])).toBeLessThan(1e-6)
  expect([...gaussians.rotations]).toEqual([1, 0, 0, 0])
}

describe('writePly', () => {
  it('writes the header that viewers know, and rows of that size', async () => {
    const chunks: Uint8Array[] = []
    for await (const chunk of writePly(randomCloud(10))) chunks.push(chunk)
    const text = new TextDecoder().decode(chunks[0])
    expect(text.split('\n').slice(0, 11)).toEqual([
      'ply',
      'format binary_little_endian 1.0',
      'comment axes: RDF',
      'comment SplatRenderMode: default',
      'element vertex 10',
      ...['x', 'y', 'z', 'nx', 'ny', 'nz'].map((name) => `property float ${name}`),
    ])
    expect(text).toContain('property float f_rest_23\nproperty float opacity\n')
    expect(chunks[1]!.length).toBe(10 * 41 * 4)
  })

  it('stores f_rest channel by channel', async () => {
    const cloud = randomCloud(1)
    cloud.sh.forEach((_, j) => (cloud.sh[j] = j))
    const [, rows] = await chunksOf(writePly(cloud, { axes: 'RUB' }))
    const rest = [...new Float32Array(rows!.buffer).subarray(9, 33)]
    expect(rest.slice(0, 8)).toEqual([3, 6, 9, 12, 15, 18, 21, 24])
    expect(rest.slice(16)).toEqual([5, 8, 11, 14, 17, 20, 23, 26])
  })

  it('pads to 62 floats a row for strict importers', async () => {
    const [head, rows] = await chunksOf(writePly(randomCloud(3), { compat: true }))
    expect(new TextDecoder().decode(head)).toContain('f_rest_44')
    expect(rows!.length).toBe(3 * 248)
  })

  it('holds a few chunks at a time', async () => {
    const sizes: number[] = []
    for await (const chunk of writePly(randomCloud(20_000))) sizes.push(chunk.length)
    expect(Math.max(...sizes)).toBeLessThan(1_000_000)
  })
})

async function chunksOf(written: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of written) chunks.push(chunk)
  return chunks
}

describe('readPly', () => {
  it('takes properties in any order and of any scalar type', async () => {
    await expectTheRow(join(header(['element vertex 1', ...properties(COLUMNS)]), row(COLUMNS)))
    const mixed = [
      { name: 'red', type: 'uchar', value: 200 },
      ...COLUMNS.toReversed().map((column, i) => ({
        ...column,
        type: Number.isInteger(column.value) ? ['int', 'int16', 'double'][i % 3]! : 'double',
      })),
    ]
    await expectTheRow(join(header(['element vertex 1', ...properties(mixed)]), row(mixed)))
  })

  it('takes CRLF, comments, obj_info, and other elements around', async () => {
    const lines = [
      'comment made by hand',
      'obj_info nothing',
      'element camera 2',
      'property uchar id',
      'element vertex 1',
      ...properties(COLUMNS),
      'element face 3',
      'property list uchar int vertex_indices',
    ]
    await expectTheRow(
      join(header(lines, { eol: '\r\n' }), Uint8Array.of(7, 8), row(COLUMNS), ascii('xyz')),
    )
  })

  it('takes ASCII', async () => {
    const head = header(['element vertex 1', ...properties(COLUMNS)], { format: 'ascii' })
    await expectTheRow(join(head, ascii(`${VALUES.join(' ')}\n`)))
    await expectTheRow(join(head, ascii(VALUES.join('\r\n'))))
  })

  it('turns from the frame that a comment names', async () => {
    const lines = ['comment axes: LUF', 'element vertex 1', ...properties(COLUMNS)]
    const { gaussians, axes } = await readPly(join(header(lines), row(COLUMNS)), { axes: 'RUB' })
    expect(axes).toBe('LUF')
    expect([...gaussians.positions]).toEqual([-1, 2, -3])
  })

  it("reads the published FlashWorld's own files: 27 f_dc, coefficient by coefficient, RUB", async () => {
    const columns = [
      ...COLUMNS.filter(({ name }) => !name.startsWith('f_dc_')),
      ...Array.from({ length: 27 }, (_, i) => ({
        name: `f_dc_${i}`,
        type: 'float',
        value: i / 32,
      })),
    ]
    const bytes = join(header(['element vertex 1', ...properties(columns)]), row(columns))
    const { gaussians, axes, notes } = await readPly(bytes)
    expect([axes, gaussians.shDegree]).toEqual(['RUB', 2])
    expect([...gaussians.positions]).toEqual([1, 2, 3])
    expect([...gaussians.sh]).toEqual(Array.from({ length: 27 }, (_, i) => i / 32))
    expect(notes).toEqual([expect.stringContaining('FlashWorld')])
    // whoever turned such a file says so
    expect((await readPly(bytes, { axes: 'RDF' })).axes).toBe('RDF')
  })

  it('makes the Gaussians of a point cloud half as large as their spacing, from any type of colour', async () => {
    for (const [type, white] of [
      ['uchar', 255],
      ['float', 1],
      ['int16', 32767],
    ] as const) {
      const point = (x: number): Column[] => [
        ...['x', 'y', 'z'].map((name, i) => ({ name, type: 'float', value: i === 0 ? x : 0 })),
        ...['red', 'green', 'blue'].map((name, i) => ({ name, type, value: i === 0 ? white : 0 })),
      ]
      const lines = ['element vertex 3', ...properties(point(0))]
      const rows = [0, 1, 4].map((x) => row(point(x)))
      const { gaussians } = await readPly(join(header(lines), ...rows))
      expect([...gaussians.scales]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5])
      expect(gaussians.sh[0]).toBeCloseTo(0.5 / 0.2820948, 5)
      expect(gaussians.sh[1]).toBeCloseTo(-0.5 / 0.2820948, 5)
    }
  })

  it('names what it leaves out, but for normals', async () => {
    const extra = ['nx', 'confidence', 'label'].map((name) => ({ name, type: 'uchar', value: 1 }))
    const columns = [...COLUMNS, ...extra]
    const lines = ['element vertex 1', ...properties(columns), 'element face 0', 'property int a']
    const { notes } = await readPly(join(header(lines), row(columns)))
    expect(notes).toEqual([
      'vertex properties left out: confidence, label',
      'elements left out: face',
    ])
  })

  it.each([
    ['SplatRenderMode: mip', true],
    ['splatrendermode: MIP', true],
    ['antialiased 1', true],
    ['antialiased 0', false],
    ['SplatRenderMode: default', false],
    ['SplatRenderMode: 2dgs', false],
  ])("takes the comment '%s' for antialiased: %s", async (comment, antialiased) => {
    const lines = [`comment ${comment}`, 'element vertex 1', ...properties(COLUMNS)]
    const { gaussians } = await readPly(join(header(lines), row(COLUMNS)))
    expect(gaussians.antialiased).toBe(antialiased)
  })

  it('drops rows that cannot be drawn, and counts them', async () => {
    const bad = COLUMNS.map((column) => (column.name === 'y' ? { ...column, value: NaN } : column))
    const huge = COLUMNS.map((c) => (c.name === 'scale_1' ? { ...c, value: 1e30 } : c))
    const head = header(['element vertex 3', ...properties(COLUMNS)])
    const { gaussians, dropped } = await readPly(join(head, row(bad), row(COLUMNS), row(huge)))
    expect([gaussians.count, dropped]).toEqual([1, 2])
  })

  const body = row(COLUMNS)
  const refused: [string, SplatsErrorCode, RegExp, Uint8Array][] = [
    ['an empty file', 'splats/bad-header', /begins with 'ply'/, new Uint8Array(0)],
    ['no end', 'splats/truncated', /end_header/, ascii('ply\nformat ascii 1.0\n')],
    [
      'an endless header',
      'splats/bad-header',
      /within 65536/,
      ascii(`ply\n${'comment a\n'.repeat(1e4)}`),
    ],
    ...['2147483647', '4000000000'].map((count) =>
      refusal(count, 'splats/too-large', /at most 20000000/),
    ),
    ...['-1', '0x10', '', '١٢', '1e9', '1 1'].map((count) =>
      refusal(count, 'splats/bad-header', /<count>/),
    ),
    refusal('2', 'splats/truncated', /bytes, got/),
    [
      'big endian',
      'splats/unsupported',
      /binary_big_endian/,
      header(['element vertex 0'], { format: 'binary_big_endian' }),
    ],
    ['no vertex', 'splats/bad-header', /element 'vertex'/, header(['element face 0'])],
    ['a stray property', 'splats/bad-header', /an element before/, header(['property float x'])],
    [
      'an unknown type',
      'splats/bad-header',
      /scalar type/,
      header(['element vertex 1', 'property half x']),
    ],
    [
      'a type from the prototype',
      'splats/bad-header',
      /scalar type/,
      header(['element vertex 1', 'property constructor x']),
    ],
    ['an unknown line', 'splats/bad-header', /PLY header line/, header(['elephant'])],
    [
      'a property twice',
      'splats/bad-header',
      /'x' once/,
      header(['element vertex 1', 'property float x', 'property float x']),
    ],
    [
      'many properties',
      'splats/bad-header',
      /at most 256/,
      header([
        'element vertex 1',
        ...Array.from({ length: 300 }, (_, i) => `property float p${i}`),
      ]),
    ],
    [
      'a list',
      'splats/unsupported',
      /got a list/,
      header(['element vertex 1', 'property list uchar int x']),
    ],
    [
      'a missing property',
      'splats/bad-header',
      /without 'rot_3'/,
      join(header(['element vertex 1', ...properties(COLUMNS.slice(0, 13))]), body),
    ],
    [
      '8 f_rest',
      'splats/bad-header',
      /0, 9, 24 or 45, got 8/,
      withRest(Array.from({ length: 8 }, (_, i) => i)),
    ],
    [
      'a gap in f_rest',
      'splats/bad-header',
      /0, 9, 24 or 45/,
      withRest([0, 1, 2, 3, 4, 5, 6, 7, 9]),
    ],
    [
      'ASCII cut short',
      'splats/truncated',
      /14 numbers, got 13/,
      join(
        asciiHead(),
        ascii(
          VALUES.map((v) => v.toFixed(9))
            .slice(1)
            .join(' '),
        ),
      ),
    ],
    [
      'ASCII that lies',
      'splats/truncated',
      /bytes, got/,
      join(asciiHead(1e6), ascii(VALUES.join(' '))),
    ],
    [
      'ASCII words',
      'splats/bad-data',
      /a number, got 'one'/,
      join(asciiHead(), ascii(['one', ...VALUES].join(' '))),
    ],
  ]

  function refusal(
    count: string,
    code: SplatsErrorCode,
    message: RegExp,
  ): (typeof refused)[number] {
    const head = header([`element vertex ${count}`, ...properties(COLUMNS)])
    return [`a count of '${count}'`, code, message, join(head, body)]
  }

  function asciiHead(count = 1): Uint8Array {
    return header([`element vertex ${count}`, ...properties(COLUMNS)], { format: 'ascii' })
  }

  function withRest(indices: number[]): Uint8Array {
    const columns = [
      ...COLUMNS,
      ...indices.map((i) => ({ name: `f_rest_${i}`, type: 'float', value: 0 })),
    ]
    return join(header(['element vertex 1', ...properties(columns)]), row(columns))
  }

  it.each(refused)('refuses %s', (_, code, message, bytes) =>
    expectRefusal(() => readPly(bytes), code, message),
  )
})
