/** Runs what the docs show: shell blocks and examples, in a folder of files that they read. */
import { execFile, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Example } from './examples.ts'
import { exampleFolder } from './examples.ts'
import type { ShellBlock } from './shell-blocks.ts'

const root = join(import.meta.dirname, '../..')
const program = join(root, 'apps/cli/src/main.ts')

/** Puts `npx flashworld` and `flashworld` of this project before those of the machine. @returns the environment */
export async function withOwnCommands(scratch: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(scratch, '.bin')
  const script = (shift: string) =>
    `#!/bin/sh\n${shift}exec "${process.execPath}" "${program}" "$@"\n`
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'flashworld'), script(''), { mode: 0o755 })
  await writeFile(join(bin, 'npx'), script('shift\n'), { mode: 0o755 })
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
}

/** @returns what went wrong; undefined where nothing did */
export function runBlock(
  { script }: ShellBlock,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('sh', ['-ec', script], { cwd, env, timeout: 300_000 }, (error, _, stderr) =>
      resolve(error ? `${error.message}\n${stderr}` : undefined),
    )
  })
}

/** What came of running an example. */
export interface ExampleRun {
  readonly name: string
  readonly seconds: number
  readonly output: readonly string[]
  readonly error?: string
}

/** Runs examples that were written out, all in one process. Yields each as it ends. */
export async function* runExamples(
  examples: readonly Example[],
  cwd: string,
): AsyncGenerator<ExampleRun> {
  const names = examples.map(({ name }) => name)
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'run-examples.ts'), exampleFolder, ...names],
    { cwd, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  for await (const line of createInterface({ input: child.stdout }))
    yield JSON.parse(line) as ExampleRun
}

/** True for examples that load a model, which takes a second each. */
export const isSlow = ({ code }: Example): boolean => /\bload(FlashWorld|Model)\(/.test(code)
