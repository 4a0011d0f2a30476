import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openCheckpoint } from './checkpoint.ts'
import { readF16Bits, readF32, readLastTap, readRows } from './read-tensor.ts'
import { memorySource } from './source.ts'

const folder = new URL('../../../../test/goldens/tiny/', import.meta.url)
const paths = [
  'model.ckpt',
  'text_encoder/config.json',
  'text_encoder/model.safetensors',
  'transformer/config.json',
  'vae/config.json',
  'vae/diffusion_pytorch_model.safetensors',
]
const files = new Map(
  paths.map((path) => [path, new Uint8Array(readFileSync(new URL(path, folder)))] as const),
)
const without = (path: string) => memorySource(new Map([...files].filter(([p]) => p !== path)))

describe('openCheckpoint', () => {
  test('finds the tensors of all four networks', async () => {
    const checkpoint = await openCheckpoint(memorySource(files))
    const { textEncoder, vae, transformer, reconDecoder, configs } = checkpoint
    expect([textEncoder, vae, transformer, reconDecoder].map((t) => t.tensors.size)).toEqual([
      22, 86, 69, 109,
    ])
    expect(configs.transformer.num_layers).toBe(2)
    expect(configs.vae.base_dim).toBe(8)
    expect(configs.textEncoder.d_model).toBe(32)
    expect(transformer.tensors.get('scale_shift_table')?.shape).toEqual([1, 2, 64])
    expect(reconDecoder.tensors.get('gs_head.lrs_mul')?.shape).toEqual([76])
  })

  test.each(paths)('says that %s is missing', async (path) => {
    await expect(openCheckpoint(without(path))).rejects.toMatchObject({
      code: 'weights/missing-file',
      message: expect.stringContaining(path) as string,
    })
  })
})

test('opens the embedded model, in 8 bits a weight, without what never runs', async () => {
  const mini = new URL('../../../../assets/mini/', import.meta.url)
  const checkpoint = await openCheckpoint(
    memorySource(
      new Map(
        [...paths.slice(1), 'model.safetensors'].map(
          (path) => [path, new Uint8Array(readFileSync(new URL(path, mini)))] as const,
        ),
      ),
    ),
  )
  const { vae, transformer, reconDecoder } = checkpoint
  expect([...vae.tensors.keys()].filter((key) => /decoder|time_conv/.test(key))).toEqual([])
  expect(vae.tensors.get('encoder.conv_in.weight')?.shape).toEqual([24, 12, 1, 3, 3])
  expect(transformer.tensors.size).toBe(231)
  expect(reconDecoder.tensors.size).toBe(85)
  const matrix = transformer.tensors.get('blocks.0.attn1.to_q.weight')!
  expect(matrix.dtype).toBe('I8')
  const rows = await readF32(matrix, { start: 3, end: 5 })
  const scales = await readF32(matrix.scale!)
  expect(Math.max(...rows.subarray(0, 288).map(Math.abs))).toBe(Math.fround(127 * scales[3]!))
  expect(rows).toEqual((await readF32(matrix)).subarray(3 * 288, 5 * 288))
})

describe('readers', () => {
  test('read every tensor of the tiny checkpoint as finite numbers', async () => {
    const { textEncoder, vae, transformer, reconDecoder } = await openCheckpoint(
      memorySource(files),
    )
    for (const { tensors } of [textEncoder, vae, transformer, reconDecoder]) {
      for (const entry of tensors.values()) {
        const values = await readF32(entry)
        expect(values.length).toBe(entry.shape.reduce((a, b) => a * b, 1))
        expect(values.every(Number.isFinite), entry.key).toBe(true)
      }
    }
  })

  test('read rows in any order, as f16, and the last tap', async () => {
    const { textEncoder, vae } = await openCheckpoint(memorySource(files))
    const embedding = textEncoder.tensors.get('shared.weight')!
    const all = await readF32(embedding)
    const rows = await readRows(embedding, [7, 3, 7])
    expect([...rows]).toEqual([7, 3, 7].flatMap((r) => [...all.slice(r * 32, (r + 1) * 32)]))
    const half = await readF16Bits(embedding)
    expect(new Float16Array(half.buffer)).toEqual(new Float16Array(all))
    const kernel = vae.tensors.get('encoder.conv_in.weight')!
    const full = await readF32(kernel)
    const tap = await readLastTap(kernel)
    expect(tap.length).toBe(8 * 12 * 9)
    expect(tap.every((value, i) => value === full[Math.floor(i / 9) * 27 + 18 + (i % 9)])).toBe(
      true,
    )
  })
})
