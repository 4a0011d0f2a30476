/**
 * Time and memory to write and read a scene's Gaussians, ours against splat-transform:
 * `node bench/splats.ts [count]` (default 4,055,040: one scene). Each case runs in a process of its
 * own; bytes go to a sink that counts them, and come from memory.
 */
import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

import type { ChunkSource } from '@playcanvas/splat-transform'
import {
  Column,
  createChunkDataPool,
  DataTable,
  dataTableToChunkSource,
  materializeToDataTable,
  MemoryReadFileSystem,
  readFile,
  writeSource,
} from '@playcanvas/splat-transform'

import { formatByName, readGaussians } from '../packages/splats/src/index.ts'
import { randomCloud } from '../packages/splats/test/clouds.ts'

const SCENE = 24 * 2 * 240 * 352
const FORMATS = ['ply', 'spz', 'splat'] as const
type Format = (typeof FORMATS)[number]

interface Measured {
  readonly seconds: number
  /** Of all threads: what a busy machine does not change much. */
  readonly cpuSeconds: number
  readonly megabytes: number
  /** Peak of the process less what it held before the measured part. */
  readonly extraMegabytes: number
}

async function measure(run: () => Promise<number>): Promise<Measured> {
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  const start = performance.now()
  const cpuStart = process.cpuUsage()
  const bytes = await run()
  const { user, system } = process.cpuUsage(cpuStart)
  const seconds = (performance.now() - start) / 1000
  const peak = process.resourceUsage().maxRSS * 1024
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    megabytes: bytes / 1e6,
    extraMegabytes: Math.max(0, peak - before) / 1e6,
  }
}

async function countBytes(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const chunk of chunks) bytes += chunk.length
  return bytes
}

/** Random columns as splat-transform holds them. */
function randomSource(count: number): ChunkSource {
  const names = [
    ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity', 'scale_0', 'scale_1', 'scale_2'],
    ...['rot_0', 'rot_1', 'rot_2', 'rot_3'],
    ...Array.from({ length: 24 }, (_, i) => `f_rest_${i}`),
  ]
  const low = (name: string) => (name.startsWith('scale') ? -7 : -1)
  const columns = names.map((name) => {
    const values = new Float32Array(count)
    for (let i = 0; i < count; i++) values[i] = low(name) + Math.random() * (name === 'x' ? 20 : 2)
    return new Column(name, values)
  })
  return dataTableToChunkSource(new DataTable(columns))
}

const CASES = {
  'ours write': (format: Format, _file: string, count: number) => {
    const cloud = randomCloud(count)
    return measure(() => countBytes(formatByName(`a.${format}`).write!(cloud)))
  },
  'ours read': (_format: Format, file: string) => {
    const bytes = readFileSync(file)
    return measure(async () => {
      await readGaussians(bytes, { fileName: file })
      return bytes.length
    })
  },
  'splat-transform write': (outputFormat: Format, _file: string, count: number) => {
    const source = randomSource(count)
    return measure(async () => {
      let bytes = 0
      const createWriter = async () => ({
        get bytesWritten() {
          return bytes
        },
        write: async (data: Uint8Array) => void (bytes += data.length),
        close: async () => undefined,
        abort: () => undefined,
      })
      const target = { createWriter, mkdir: async () => undefined }
      const pool = createChunkDataPool()
      const options = { spzVersion: 3 as const }
      await writeSource({ filename: 'a', outputFormat, source, pool, options }, target)
      return bytes
    })
  },
  'splat-transform read': (inputFormat: Format, file: string) => {
    const bytes = readFileSync(file)
    const fileSystem = new MemoryReadFileSystem()
    fileSystem.set('a', bytes)
    return measure(async () => {
      const [source] = await readFile({ filename: 'a', inputFormat, fileSystem })
      await materializeToDataTable(source, createChunkDataPool())
      return bytes.length
    })
  },
}

/** Runs one case in a fresh process. */
function runApart(name: string, format: Format, file: string, count: number): Measured {
  const self = fileURLToPath(import.meta.url)
  const output = execFileSync(
    process.execPath,
    ['--expose-gc', self, String(count), name, format, file],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  return JSON.parse(output.trim().split('\n').at(-1)!) as Measured
}

async function compareAll(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'splats-'))
  try {
    console.log(`${count} Gaussians, SH degree 2`)
    for (const format of FORMATS) {
      const file = join(folder, `a.${format}`)
      const written = formatByName(file).write!(randomCloud(count))
      await pipeline(Readable.from(written), createWriteStream(file))
      console.log(`${format}: ${(statSync(file).size / 1e6).toFixed(0)} MB`)
      for (const name of Object.keys(CASES)) {
        const measured = runApart(name, format, file, count)
        const { seconds, cpuSeconds, megabytes, extraMegabytes } = measured
        const columns = [seconds.toFixed(2), cpuSeconds.toFixed(2), megabytes.toFixed(0)]
        const [s, cpu, mb] = columns.map((value) => value.padStart(7))
        const extra = extraMegabytes.toFixed(0).padStart(5)
        console.log(
          `  ${name.padEnd(22)} ${s} s ${cpu} CPU s ${mb} MB file ${extra} MB more memory`,
        )
      }
      rmSync(file)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const [count = String(SCENE), name, format, file = ''] = process.argv.slice(2)
if (name === undefined) await compareAll(Number(count))
else {
  const measured = await CASES[name as keyof typeof CASES](format as Format, file, Number(count))
  console.log(JSON.stringify(measured))
}
