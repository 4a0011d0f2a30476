import { once } from 'node:events'
import type { Axes } from '@flashworld/splats'
import { FORMATS } from '@flashworld/splats'
import type { ReadNamed, SceneFile } from 'flashworld/node'
import { readInput, readScene } from 'flashworld/node'
import type { Given, Options } from './command.ts'
import { oneOf, UsageError } from './command.ts'
import { axesOf } from './parse-axes.ts'

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

/** How commands are told what a scene to read is. */
export const fromOption: Options = {
  from: {
    value: 'FORMAT',
    summary: `what a scene is where its name does not tell, as that of - for standard input: ${inputFormats.join(', ')} (default: by its content)`,
  },
  'from-axes': {
    value: 'XYZ',
    summary:
      "where its axes point, such as rub, where the file does not say (default: its format's habit)",
  },
}

/**
 * Reads a scene that was named on the command line.
 * @param options axes that are known otherwise than by `--from-axes`
 * @throws what `readScene` throws; UsageError
 */
export function readGivenScene(
  path: string,
  given: Given,
  { axes, signal }: { readonly axes?: Axes | undefined; readonly signal: AbortSignal },
): Promise<SceneFile> {
  const { from } = given.values
  const fileName = from === undefined ? path : `scene.${oneOf('from', from, inputFormats)}`
  return readScene(path, axesOf('from-axes', given) ?? axes, { read: readNamed, fileName, signal })
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
