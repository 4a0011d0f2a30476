// `node scripts/docs/run-examples.ts FOLDER NAME…`: runs the programs of a folder one after the other in this process, in
// the folder of files that they read (`scratch.ts`). Prints a line of JSON for each: name, seconds, output, error.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'

const [folder, ...names] = process.argv.slice(2)

for (const name of names) {
  const output: string[] = []
  const print = (...values: unknown[]) =>
    void output.push(values.map((v) => (typeof v === 'string' ? v : inspect(v))).join(' '))
  Object.assign(console, { log: print, warn: print, error: print })
  const start = performance.now()
  const error: unknown = await import(pathToFileURL(join(folder!, name)).href).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.stack : String(error)),
  )
  const seconds = (performance.now() - start) / 1000
  process.stdout.write(`${JSON.stringify({ name, seconds, output, error })}\n`)
}
process.exit(0)
