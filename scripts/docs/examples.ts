/** The examples of the public API and the TypeScript of the pages: written out as programs, type-checked, run. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { pages } from './pages.ts'
import type { PublicExport } from './public-api.ts'
import { createDocsProgram, publicExports } from './public-api.ts'

const root = join(import.meta.dirname, '../..')

/** Within the project, where `flashworld` and its types are found. */
export const exampleFolder = join(root, 'out/docs-examples')

export interface Example {
  /** Where it stands: an export, or a page and the number of the block. */
  readonly at: string
  /** Of its file in the folder. */
  readonly name: string
  readonly code: string
  /** False for what needs a browser, a server, the network or the published weights: it is type-checked only. */
  readonly runs: boolean
}

const fence = /^```ts(?: (\w+))?[^\n]*\n([\s\S]*?)^```$/gm

function examplesIn(text: string, at: string): Example[] {
  return [...text.matchAll(fence)].map(([, mode, code], i) => {
    const place = i === 0 ? at : `${at}, ${i + 1}`
    const name = `${place.replaceAll(/\W+/g, '-').replace(/^-/, '')}.ts`
    return { at: place, name, code: code!, runs: mode !== 'shown' }
  })
}

export const examplesOf = (exports: readonly PublicExport[]): Example[] =>
  exports.flatMap(({ entry, name, examples }) =>
    examples.flatMap((text) => examplesIn(`${text}\n`, `${entry} ${name}`)),
  )

/** Of the pages whose files are there. */
export async function examplesOfPages(): Promise<Example[]> {
  const files = pages.map(({ file }) => file)
  const found = await Promise.all(
    files.map(async (file) =>
      examplesIn(await readFile(join(root, file), 'utf8').catch(() => ''), file),
    ),
  )
  return found.flat()
}

/** Writes the programs; what was there before goes. */
export async function writeExamples(examples: readonly Example[]): Promise<void> {
  await rm(exampleFolder, { recursive: true, force: true })
  await mkdir(exampleFolder, { recursive: true })
  for (const { name, code } of examples) await writeFile(join(exampleFolder, name), code)
}

/** What the compiler says of the programs, a line each. */
export function checkExamples(examples: readonly Example[]): string[] {
  const files = examples.map(({ name }) => join(exampleFolder, name))
  const program = createDocsProgram(files)
  return examples.flatMap(({ at, name }) => {
    const source = program.getSourceFile(join(exampleFolder, name))!
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]
    return found.map(({ messageText, start = 0 }) => {
      const { line } = source.getLineAndCharacterOfPosition(start)
      return `${at}, line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  })
}

/** All examples, and the exports that they belong to. */
export async function allExamples(): Promise<{
  readonly exports: readonly PublicExport[]
  readonly examples: readonly Example[]
}> {
  const exports = publicExports(createDocsProgram())
  return { exports, examples: [...examplesOf(exports), ...(await examplesOfPages())] }
}
