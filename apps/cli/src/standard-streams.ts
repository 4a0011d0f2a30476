import { once } from 'node:events'
import type { Axes } from '@flashworld/splats'
import { FORMATS } from '@flashworld/splats'
import type { ReadNamed, SceneFile } from 'flashworld/node'
import { readInput, readScene } from 'flashworld/node'
import type { Given, Options } from './command.ts'
import { oneOf, UsageError } from './command.ts'

/** Stands for standard input where something is read, and for standard output where something is written. */
export const dash = '-'

/** The bytes of a file, or of standard input. @throws FlashWorldError `input/unreadable`; UsageError */
export const readNamed: ReadNamed = (path) =>
  path === dash ? readStandardInput() : readInput(path)

let input: Promise<Uint8Array> | undefined

/** All that comes in. It comes once: whoever asks again gets the same. */
function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY)
    throw new UsageError('-: expected a file on standard input, got a terminal')
  return (input ??= Array.fromAsync(process.stdin as AsyncIterable<Buffer>).then(
    (chunks) => new Uint8Array(Buffer.concat(chunks)),
  ))
}

/** Writes bytes to standard output, no faster than they are taken. @returns how many */
export async function writeStandardOutput(
  content: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  signal: AbortSignal,
): Promise<number> {
  let bytes = 0
  for await (const chunk of content) {
    signal.throwIfAborted()
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain', { signal })
    bytes += chunk.length
  }
  return bytes
}

/** Formats of scenes that can be read, by the endings of names. */
const inputFormats = [
  ...FORMATS.filter(({ read }) => read).flatMap(({ extensions }) => extensions),
  ...['.sog', '.ksplat'],
].map((ending) => ending.slice(1))

export const fromOption: Options = {
  from: {
    value: 'FORMAT',
    summary: `what a scene is where its name does not tell, as that of - for standard input: ${inputFormats.join(', ')} (default: by its content)`,
  },
}

/** Reads a scene that was named on the command line. @throws what `readScene` throws; UsageError */
export function readGivenScene(path: string, { values }: Given, axes?: Axes): Promise<SceneFile> {
  const { from } = values
  const fileName = from === undefined ? path : `scene.${oneOf('from', from, inputFormats)}`
  return readScene(path, axes, { read: readNamed, fileName })
}

const words = (endings: readonly string[]) => endings.map((ending) => ending.slice(1)).join(', ')

/** @param endings of names, such as `.ply`, that say the formats */
export const toOption = (endings: readonly string[]): Options => ({
  to: { value: 'FORMAT', summary: `what is written to - for standard output: ${words(endings)}` },
})

/**
 * The name by whose ending a format is chosen: the output's own, or one that `--to` says for standard output. From
 * there on that is the file's.
 * @throws UsageError
 */
export function outputName(
  path: string,
  { to }: Given['values'],
  endings: readonly string[],
): string {
  if (path !== dash) {
    if (to !== undefined) throw new UsageError(`--to: expected - as the output, got '${path}'`)
    return path
  }
  if (to === undefined)
    throw new UsageError(`-: expected --to with one of ${words(endings)} for standard output`)
  const format = oneOf(
    'to',
    to,
    endings.map((ending) => ending.slice(1)),
  )
  return `scene.${format}`
}
