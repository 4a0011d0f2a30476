/**
 * Makes the embedded model of a trained checkpoint: the same folder layout, in safetensors only,
 * without what never runs, in 8 bits a weight where that is allowed.
 *
 *   node scripts/make-mini-asset.ts CHECKPOINT assets/mini [--bits 8|16]
 */
import { copyFileSync, mkdirSync, openAsBlob, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openCheckpoint } from '../packages/models/src/weights/checkpoint.ts'
import { f32ToF16Bits } from '../packages/models/src/weights/number-formats.ts'
import { readF32, readLastTap } from '../packages/models/src/weights/read-tensor.ts'
import { quantizeRows, scaleKey } from '../packages/models/src/weights/row-scales.ts'
import type { WeightSource } from '../packages/models/src/weights/source.ts'
import type { TensorEntry, TensorTable } from '../packages/models/src/weights/tensor.ts'
import {
  writeSafetensors,
  type TensorData,
} from '../packages/models/src/weights/write-safetensors.ts'

/** What may travel with the package; 16 bits are only for comparing. */
const bytesCap = 16 * 1024 * 1024
const copied = [
  'scheduler/scheduler_config.json',
  'text_encoder/config.json',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
  'transformer/config.json',
  'vae/config.json',
]

/**
 * The matrices and kernels that bear 8 bits a weight: they are nearly all of the bytes. What embeds
 * the time or gives the outputs stays in f16, and so do norms and biases.
 */
const eightBit = [
  /^shared\.weight$/,
  /\.(SelfAttention\.[qkvo]|DenseReluDense\.(wi_0|wi_1|wo))\.weight$/,
  /^condition_embedder\.(text_embedder\.linear_[12]|time_proj)\.weight$/,
  /^patch_embedding\.weight$/,
  /^blocks\..*\.(to_[qkv]|to_out\.0|net\.0\.proj|net\.2)\.weight$/,
  /\.(conv1|conv2|conv_shortcut|resample\.1|to_qkv|proj)\.weight$/,
]

/** A row's scale costs 4 bytes, so short rows gain little; small tensors stay exact instead. */
const leastElements = 4096

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { bits: { type: 'string', default: '8' } },
})
const [from, to] = positionals
if (!from || !to || (values.bits !== '8' && values.bits !== '16')) {
  throw new Error('usage: node scripts/make-mini-asset.ts CHECKPOINT OUT [--bits 8|16]')
}
await make(from, to, values.bits === '8')

async function make(from: string, to: string, allowEight: boolean): Promise<void> {
  const checkpoint = await openCheckpoint(folderSource(from))
  const pack = (table: TensorTable, prefix = '') => packTable(table, prefix, allowEight)
  const files = {
    'text_encoder/model.safetensors': await pack(checkpoint.textEncoder),
    'vae/diffusion_pytorch_model.safetensors': await pack(encoderOnly(checkpoint.vae)),
    'model.safetensors': [
      ...(await pack(checkpoint.transformer, 'transformer.')),
      ...(await pack(checkpoint.reconDecoder, 'recon_decoder.')),
    ],
  }
  for (const [path, tensors] of Object.entries(files)) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    writeFileSync(join(to, path), Buffer.concat(writeSafetensors(tensors)))
  }
  for (const path of copied) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    copyFileSync(join(from, path), join(to, path))
  }
  const total = report(to, [...Object.keys(files), ...copied])
  if (allowEight && total > bytesCap) throw new Error(`expected <= ${bytesCap} bytes, got ${total}`)
}

/** Images are only encoded, one at a time: no decoder, and no convolution over time. */
function encoderOnly(table: TensorTable): TensorTable {
  const runs = (key: string) => /^(encoder|quant_conv)\./.test(key) && !key.includes('.time_conv.')
  return { ...table, tensors: new Map([...table.tensors].filter(([key]) => runs(key))) }
}

async function packTable(
  table: TensorTable,
  prefix: string,
  allowEight: boolean,
): Promise<TensorData[]> {
  const tensors: TensorData[] = []
  for (const entry of table.tensors.values()) {
    tensors.push(...(await packTensor(entry, prefix, allowEight)))
  }
  // Wider numbers first keeps every tensor aligned to its own width.
  return tensors.sort((a, b) => width(b) - width(a))
}

function width({ dtype }: TensorData): number {
  return { F32: 4, F16: 2, I8: 1 }[dtype as 'F32' | 'F16' | 'I8']
}

async function packTensor(
  entry: TensorEntry,
  prefix: string,
  allowEight: boolean,
): Promise<TensorData[]> {
  const isCausalKernel = entry.shape.length === 5 && entry.shape[2]! > 1
  const data = await (isCausalKernel ? readLastTap(entry) : readF32(entry))
  const shape = entry.shape.map((size, axis) => (isCausalKernel && axis === 2 ? 1 : size))
  const key = prefix + entry.key
  const isEight =
    eightBit.some((pattern) => pattern.test(entry.key)) && data.length >= leastElements
  if (!allowEight || !isEight) return [{ key, dtype: 'F16', shape, bytes: f32ToF16Bits(data) }]
  const { codes, scales } = quantizeRows(data, shape[0]!)
  return [
    { key, dtype: 'I8', shape, bytes: codes },
    { key: scaleKey(key), dtype: 'F32', shape: [shape[0]!], bytes: scales },
  ]
}

function report(folder: string, paths: string[]): number {
  const sizes = paths.map((path) => statSync(join(folder, path)).size)
  paths.forEach((path, i) => console.log(String(sizes[i]).padStart(10), path))
  const total = sizes.reduce((a, b) => a + b, 0)
  console.log(String(total).padStart(10), 'bytes in all')
  return total
}

function folderSource(folder: string): WeightSource {
  return {
    name: folder,
    size: (path) => Promise.resolve(statSync(join(folder, path), { throwIfNoEntry: false })?.size),
    async read(path, start, end) {
      const blob = await openAsBlob(join(folder, path))
      return new Uint8Array(await blob.slice(start, end).arrayBuffer())
    },
  }
}
