import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'

/** A compiled file: where it lies in its workspace, and what it says. */
export interface CompiledFile {
  /** The workspace's folder, from the project's. */
  readonly workspace: string
  /** From the workspace's folder: `dist/...js` or `dist/...d.ts`. */
  readonly path: string
  readonly text: string
}

/** What bundlers and engines of today all read: `using` is written out. */
const target = ts.ScriptTarget.ES2022

/**
 * Compiles TypeScript that is run as it is to JavaScript and declarations: the files that the entries reach, of all workspaces at
 * once, each for itself. Paths that end in `.ts` become those of the compiled files, in `new URL(…)`, too.
 * @param root the project's folder
 * @param entries from there
 */
export function compile(root: string, entries: readonly string[]): CompiledFile[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (problem) => {
        throw new Error(words([problem]))
      },
    },
  )!
  const program = ts.createProgram({
    rootNames: withPrograms(entries.map((entry) => join(root, entry))),
    options: {
      ...config.options,
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      target,
      newLine: ts.NewLineKind.LineFeed,
    },
  })
  const compiled: CompiledFile[] = []
  const { diagnostics } = program.emit(
    undefined,
    (file, text) => {
      const [area, name, folder, ...rest] = relative(root, file).split(sep)
      if (folder !== 'src') throw new Error(`expected a file of a workspace's src, got ${file}`)
      compiled.push({ workspace: `${area}/${name}`, path: ['dist', ...rest].join('/'), text })
    },
    undefined,
    false,
    { before: [pointToCompiled], afterDeclarations: [pointToDeclared] },
  )
  if (diagnostics.length > 0) throw new Error(words(diagnostics))
  return compiled
}

const words = (problems: readonly ts.Diagnostic[]) =>
  ts.formatDiagnostics(problems, {
    getCurrentDirectory: () => process.cwd(),
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  })

/** Files, and those that code of their workspaces starts as programs or threads of their own. */
function withPrograms(files: readonly string[]): string[] {
  const workspaces = new Set(files.map((file) => file.slice(0, file.indexOf(`${sep}src${sep}`))))
  const programs = [...workspaces]
    .flatMap((workspace) => globSync(`${workspace}/src/**/*.ts`))
    .filter((file) => !/\.test\.ts$/.test(file))
    .flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(/^[^*/]*new URL\('(\.[^']+\.ts)', import\.meta/gm),
      ].map(([, path]) => join(dirname(file), path!)),
    )
  return [...files, ...programs]
}

const compiledName = (path: string) =>
  /^\..*(?<!\.d)\.ts$/.test(path) ? path.replace(/\.ts$/, '.js') : path

/** `new URL('./program.ts', import.meta.url)` names the compiled file. */
const pointToCompiled: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const { factory } = context
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
      const [first, ...rest] = node.arguments ?? []
      if (node.expression.text === 'URL' && first && ts.isStringLiteral(first))
        return factory.updateNewExpression(node, node.expression, node.typeArguments, [
          factory.createStringLiteral(compiledName(first.text), true),
          ...rest,
        ])
    }
    return ts.visitEachChild(node, visit, context)
  }
  return (file) => ts.visitEachChild(file, visit, context)
}

/** Declarations import each other by the compiled files' names. */
const pointToDeclared: ts.TransformerFactory<ts.SourceFile | ts.Bundle> = (context) => {
  const visit = (node: ts.Node): ts.Node =>
    ts.isStringLiteral(node)
      ? context.factory.createStringLiteral(compiledName(node.text), true)
      : ts.visitEachChild(node, visit, context)
  return (file) => ts.visitNode(file, visit) as ts.SourceFile | ts.Bundle
}
