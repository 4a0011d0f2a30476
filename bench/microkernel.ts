import asc from 'assemblyscript/asc'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const kernels = join(import.meta.dirname, '../packages/engine/wasm/kernels')

/** 256 products deep, a panel and six rows take 14 KiB: they stay in any first-level cache. */
const depth = 256

const source = `
import { tile } from './tile'
export function run(times: i32): void {
  const rows: usize = 1024
  for (let r: usize = 0; r < 6; r++) store<u32>(rows + (r << 2), <u32>(16384 + r * ${depth} * 4))
  store<u32>(rows + 64, 0)
  for (let i = 0; i < times; i++) tile(rows, rows + 64, 1, ${depth}, 32768, 2048)
}`

/** FLOP/s of the innermost loop of every product, alone, on data that are in the nearest cache: best of many. */
export async function microkernelRate(): Promise<number> {
  const run = await compile()
  const times = 2000
  let best = Infinity
  for (let round = 0; round < 100; round++) {
    const start = performance.now()
    run(times)
    best = Math.min(best, (performance.now() - start) / 1000)
  }
  return (times * 2 * 6 * 8 * depth) / best
}

async function compile(): Promise<(times: number) => void> {
  const names = await readdir(kernels)
  const sources = new Map(await Promise.all(
    names.map(async (name) => [name, await readFile(join(kernels, name), 'utf8')] as const)))
  sources.set('main.ts', source)
  let binary: Uint8Array | undefined
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--initialMemory', '2']
  const { error } = await asc.main(['main.ts', '--outFile', 'main.wasm', ...flags, '--enable', 'simd', '--enable', 'relaxed-simd'], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_, contents) => {
      binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error || !binary) throw new Error(`microkernel: ${error?.message ?? 'nothing was compiled'}`)
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(binary))
  return instance.exports['run'] as (times: number) => void
}
