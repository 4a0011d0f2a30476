import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openCheckpoint } from './checkpoint.ts'
import { join, text } from './fixtures.ts'
import { quantizeE4m3 } from './fp8.ts'
import { f32ToF16Bits, toF16Bits, toF32 } from './number-formats.ts'
import { readF16Bits, readF32, readLastTap, readRows } from './read-tensor.ts'
import { requireTensor } from './require-tensor.ts'
import { attachScales, dequantizeRows, quantizeRows } from './row-scales.ts'
import { openSafetensors } from './safetensors.ts'
import { memorySource } from './source.ts'
import { writeSafetensors, type TensorData } from './write-safetensors.ts'

async function tableOf(tensors: TensorData[]) {
  const source = memorySource(new Map([['f', join(...writeSafetensors(tensors))]]))
  return { name: 'f', tensors: attachScales(await openSafetensors(source, 'f')) }
}

const bytesOf = (array: ArrayBufferView) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

describe('number formats', () => {
  test('bf16 is the upper half of an f32', () => {
    const values = toF32('BF16', bytesOf(Uint16Array.of(0x3f80, 0xc049, 0x7f80, 0x0001, 0x8000)))
    expect([...values]).toEqual([1, -3.140625, Infinity, 2 ** -133, -0])
  })

  test('e4m3 has 448, subnormals and no infinity', () => {
    const values = toF32('F8_E4M3', Uint8Array.of(0x38, 0x7e, 0xfe, 0x01, 0x08, 0x7f, 0x80))
    expect([...values]).toEqual([1, 448, -448, 2 ** -9, 2 ** -6, NaN, -0])
  })

  test('f16 keeps its bits, f32 goes to the nearest, ties to even', () => {
    const bits = Uint16Array.of(0x3c00, 0x0001, 0xfc00)
    expect(toF16Bits('F16', bytesOf(bits))).toEqual(bits)
    const ties = Float32Array.of(
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      65519,
      65520,
      2 ** -25,
      -(2 ** -24),
    )
    expect([...f32ToF16Bits(ties)]).toEqual([0x3c00, 0x3c02, 0x7bff, 0x7c00, 0, 0x8001])
  })

  test('bytes at an odd place are read', () => {
    const odd = join([9], bytesOf(Float32Array.of(1.5, -2))).subarray(1)
    expect([...toF32('F32', odd)]).toEqual([1.5, -2])
  })
})

describe('8 bits a weight', () => {
  const values = Float32Array.of(1, -2, 3, 0, 0, 0, -0.5, 0.25, 127)

  test('are within half a step of the values, and a row of zeros stays zero', async () => {
    const { codes, scales } = quantizeRows(values, 3)
    const table = await tableOf([
      { key: 'w', dtype: 'I8', shape: [3, 3], bytes: codes },
      { key: 'w.scale', dtype: 'F32', shape: [3], bytes: scales },
    ])
    expect([...table.tensors.keys()]).toEqual(['w'])
    const entry = table.tensors.get('w')!
    const read = await readF32(entry)
    read.forEach((value, i) => {
      expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(scales[Math.floor(i / 3)]! * 0.50001)
    })
    expect([...(await readF32(entry, { start: 1, end: 2 }))]).toEqual([0, 0, 0])
    expect([...(await readRows(entry, [2, 0]))]).toEqual([...read.slice(6), ...read.slice(0, 3)])
    expect(await readF16Bits(entry)).toEqual(f32ToF16Bits(read))
  })

  test('of any rows lose at most half a step', () => {
    // Within a factor of 2^8 of f32's largest, 127 times a rounded scale may be infinite.
    const limits = { noNaN: true, min: -(2 ** 120), max: 2 ** 120, minLength: 4, maxLength: 4 }
    const row = fc.float32Array(limits)
    fc.assert(
      fc.property(row, (x) => {
        const { codes, scales } = quantizeRows(x, 1)
        const back = dequantizeRows(codes, scales)
        // Half a step, and the rounding of f32 itself; below 2^-140 the scale has no bits left.
        const bound = scales[0]! * 0.5001 + 2 ** -140
        return x.every((value, i) => Math.abs(value - back[i]!) <= bound)
      }),
      { numRuns: 2000 },
    )
  })

  const codes = new Int8Array(4)
  const one = (dtype: 'F32' | 'F16', shape: number[], bytes: TensorData['bytes']): TensorData => ({
    key: 'w.scale',
    dtype,
    shape,
    bytes,
  })
  test.each<[string, TensorData[]]>([
    ['none', []],
    ['too few', [one('F32', [1], new Float32Array(1))]],
    ['a matrix of them', [one('F32', [2, 1], new Float32Array(2))]],
    ['another type', [one('F16', [2], new Uint16Array(2))]],
  ])('need their scales, not %s', async (_, scale) => {
    const tensor: TensorData = { key: 'w', dtype: 'I8', shape: [2, 2], bytes: codes }
    await expect(tableOf([tensor, ...scale])).rejects.toMatchObject({ code: 'weights/quantized' })
  })

  test.each([NaN, Infinity, -1])('refuse the scale %s', async (scale) => {
    const table = await tableOf([
      { key: 'w', dtype: 'I8', shape: [2, 2], bytes: codes },
      one('F32', [2], Float32Array.of(1, scale)),
    ])
    await expect(readF32(table.tensors.get('w')!)).rejects.toMatchObject({
      code: 'weights/quantized',
      message: expect.stringContaining('row 1') as string,
    })
  })
})

describe('fp8', () => {
  test('has the bytes and the scale of the published code', async () => {
    const path = '../../../../test/goldens/tiny/cases.safetensors'
    const file = new Uint8Array(readFileSync(new URL(path, import.meta.url)))
    const cases = await openSafetensors(memorySource(new Map([['f', file]])), 'f')
    const { codes, scale } = quantizeE4m3(await readF32(cases.get('fp8.w')!))
    expect(scale).toBe((await readF32(cases.get('fp8.scale')!))[0])
    expect(codes).toEqual(await cases.get('fp8.bytes')!.read())
  })

  test('gives the nearest of all 253 numbers, the even one of two', () => {
    const numbers = [
      ...toF32(
        'F8_E4M3',
        Uint8Array.from({ length: 127 }, (_, code) => code),
      ),
    ]
    const midpoints = numbers.slice(1).map((value, code) => (value + numbers[code]!) / 2)
    // The largest is 448, so the scale is 1 and codes are seen as they are.
    const { codes, scale } = quantizeE4m3(Float32Array.from([...numbers, ...midpoints]))
    expect(scale).toBe(1)
    expect([...codes.subarray(0, 127)]).toEqual(numbers.map((_, code) => code))
    const even = midpoints.map((_, code) => (code % 2 ? code + 1 : code))
    expect([...codes.subarray(127)]).toEqual(even)
    const below = midpoints.map((value) => value * (1 - 2 ** -20))
    const negative = quantizeE4m3(Float32Array.from([448, ...below.map((value) => -value)])).codes
    expect([...negative.subarray(1)]).toEqual(below.map((_, code) => code | 0x80))
  })

  test('of zeros is zeros, and what is not finite is refused', () => {
    expect(quantizeE4m3(new Float32Array(3))).toEqual({ codes: new Uint8Array(3), scale: 1 })
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(() => quantizeE4m3(Float32Array.of(1, bad))).toThrow(
        expect.objectContaining({ code: 'weights/quantized' }) as Error,
      )
    }
  })
})

describe('requireTensor', () => {
  const bytes = new Float32Array(6)
  const table = tableOf([
    { key: 'w', dtype: 'F32', shape: [2, 3], bytes },
    { key: 'ids', dtype: 'I64', shape: [1], bytes: new BigInt64Array(1) },
  ])

  test('gives the tensor that fits', async () => {
    expect(requireTensor(await table, 'w', { shape: [2, null] }).shape).toEqual([2, 3])
    expect(requireTensor(await table, 'ids', { shape: [1], dtypes: ['I64'] }).dtype).toBe('I64')
  })

  test.each([
    ['weights/missing-key', 'v', [2, 3], "no tensor 'v'"],
    ['weights/missing-key', 'toString', [2, 3], "no tensor 'toString'"],
    ['weights/shape', 'w', [3, 2], 'expected [3,2], got [2,3]'],
    ['weights/shape', 'w', [2, 3, 1], 'expected [2,3,1], got [2,3]'],
    ['weights/shape', 'w', [null, 4], 'expected [?,4], got [2,3]'],
    ['weights/dtype', 'ids', [1], 'got I64'],
  ])('says %s of %s as %j', async (code, key, shape, message) => {
    const opened = await table
    expect(() => requireTensor(opened, key, { shape })).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining(message) as string,
      }) as Error,
    )
  })

  test('numbers that are no reals are not read as such', async () => {
    const ids = (await table).tensors.get('ids')!
    await expect(readF32(ids)).rejects.toMatchObject({ code: 'weights/dtype' })
    await expect(readF16Bits(ids)).rejects.toMatchObject({ code: 'weights/dtype' })
  })

  test('only kernels have a last tap', async () => {
    const matrix = (await table).tensors.get('w')!
    await expect(readLastTap(matrix)).rejects.toMatchObject({ code: 'weights/shape' })
  })
})

describe('a folder', () => {
  const config = text('{}')
  const file = (keys: string[]) =>
    join(
      ...writeSafetensors(
        keys.map((key) => ({ key, dtype: 'U8', shape: [1], bytes: new Uint8Array(1) })),
      ),
    )
  const files = (model: Uint8Array, transformer: Uint8Array = config) =>
    memorySource(
      new Map([
        ['text_encoder/config.json', config],
        ['vae/config.json', config],
        ['transformer/config.json', transformer],
        ['text_encoder/model-1.safetensors', file(['shared.weight'])],
        [
          'text_encoder/model.safetensors.index.json',
          text('{"weight_map":{"shared.weight":"model-1.safetensors"}}'),
        ],
        ['vae/diffusion_pytorch_model.safetensors', file(['quant_conv.bias'])],
        ['model.safetensors', model],
      ]),
    )

  test('with shards and one file of two prefixes opens', async () => {
    const model = file(['transformer.proj_out.bias', 'recon_decoder.gs_head.lrs_mul', 'other.x'])
    const checkpoint = await openCheckpoint(files(model))
    expect([...checkpoint.textEncoder.tensors.keys()]).toEqual(['shared.weight'])
    expect([...checkpoint.transformer.tensors.keys()]).toEqual(['proj_out.bias'])
    expect([...checkpoint.reconDecoder.tensors.keys()]).toEqual(['gs_head.lrs_mul'])
  })

  test('without the decoder, or with a config that is none, does not', async () => {
    const half = file(['transformer.proj_out.bias'])
    await expect(openCheckpoint(files(half))).rejects.toMatchObject({
      code: 'weights/missing-key',
      message: expect.stringContaining('recon_decoder') as string,
    })
    for (const broken of ['[]', 'null', '{', '\u{feff}{}x']) {
      const source = files(half, text(broken))
      await expect(openCheckpoint(source), broken).rejects.toMatchObject({ code: 'weights/json' })
    }
  })
})
