import { UsageError } from './command.ts'

/** Stands for standard input where something is read, and for standard output where something is written. */
export const dash = '-'

let read: Promise<Uint8Array> | undefined

/** All that comes in; the same for whoever asks again. @throws UsageError where only a person could type it */
export function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY)
    throw new UsageError('-: expected a file on standard input, which is a terminal')
  return (read ??= Array.fromAsync(process.stdin as AsyncIterable<Buffer>).then(
    (chunks) => new Uint8Array(Buffer.concat(chunks)),
  ))
}
