import asc from 'assemblyscript/asc'
import { setFlagsFromString } from 'node:v8'
import { compileWide } from '../packages/engine/src/wasm/module.ts'
import { readSources } from '../scripts/wasm-sources.ts'

/** 256 products deep, a panel and six rows take 14 or 22 KiB: they stay in any first-level cache. */
const depth = 256

const source = `
import { tile, TILE_COLS, ZEROS } from '@flashworld/engine/wasm/kernels/tile'
export function columns(): i32 {
  return TILE_COLS
}
export function run(times: i32): void {
  const rows: usize = 8192 // behind the kernels' own data
  for (let r: usize = 0; r < 6; r++) store<u32>(rows + (r << 2), <u32>(16384 + r * ${depth} * 4))
  store<u32>(rows + 64, 0)
  for (let i = 0; i < times; i++) tile(rows, rows + 64, 1, ${depth}, 32768, ZEROS, 10240)
}`

/** FLOP/s of the innermost loop of every product, alone, on data that are in the nearest cache: best of many. */
export async function microkernelRate({ wide }: { wide: boolean }): Promise<number> {
  const { run, columns } = await instantiate(wide)
  const times = 2000
  let best = Infinity
  for (let round = 0; round < 100; round++) {
    const start = performance.now()
    run(times)
    best = Math.min(best, (performance.now() - start) / 1000)
  }
  return (times * 2 * 6 * columns() * depth) / best
}

interface Microkernel {
  run(times: number): void
  columns(): number
}

async function instantiate(wide: boolean): Promise<Microkernel> {
  const { sources } = await readSources()
  let binary: Uint8Array | undefined
  const flags = [
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--use',
    'abort=',
    '--initialMemory',
    '2',
    '--use',
    `WIDE=${wide ? 1 : 0}`,
  ]
  const { error } = await asc.main(
    ['main.ts', '--outFile', 'main.wasm', ...flags, '--enable', 'simd', '--enable', 'relaxed-simd'],
    {
      readFile: (name) => (name === 'main.ts' ? source : (sources[name] ?? null)),
      writeFile: (_, contents) => {
        binary = contents as Uint8Array
      },
      listFiles: () => [],
    },
  )
  if (error || !binary) throw new Error(`microkernel: ${error?.message ?? 'nothing was compiled'}`)
  const bytes = Uint8Array.from(binary)
  const module = wide ? compileWide(bytes, setFlagsFromString) : new WebAssembly.Module(bytes)
  return new WebAssembly.Instance(module).exports as unknown as Microkernel
}
