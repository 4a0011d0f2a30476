/** The public surface of the libraries: what each entry point exports, its docstring, and the examples in it. */
import { join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')

/** The entry points that people import, and the file behind each. */
export const entryPoints: Readonly<Record<string, string>> = {
  flashworld: 'packages/flashworld/src/index.ts',
  'flashworld/node': 'packages/flashworld/src/node/index.ts',
  'flashworld/browser': 'packages/flashworld/src/browser/index.ts',
  'flashworld/client': 'packages/flashworld/src/client/index.ts',
  'flashworld/film': 'packages/flashworld/src/film.ts',
  'flashworld/lab': 'packages/flashworld/src/lab/index.ts',
  '@flashworld/camera': 'packages/camera/src/index.ts',
  '@flashworld/splats': 'packages/splats/src/index.ts',
}

export interface PublicExport {
  readonly entry: string
  readonly name: string
  readonly kind: 'function' | 'class' | 'value' | 'type'
  /** The docstring's text, without its tags. */
  readonly summary: string
  /** What the `@example` tags hold, fences included. */
  readonly examples: readonly string[]
  /** `file:line` of the declaration, from the root of the project. */
  readonly at: string
}

function kindOf(symbol: ts.Symbol, checker: ts.TypeChecker): PublicExport['kind'] {
  if (symbol.flags & ts.SymbolFlags.Class) return 'class'
  if (symbol.flags & ts.SymbolFlags.Function) return 'function'
  if (!(symbol.flags & ts.SymbolFlags.Value)) return 'type'
  const type = checker.getTypeOfSymbol(symbol)
  return type.getCallSignatures().length > 0 ? 'function' : 'value'
}

/** Every export of every entry point, in the order in which they are told. */
export function publicExports(program: ts.Program): PublicExport[] {
  const checker = program.getTypeChecker()
  return Object.entries(entryPoints).flatMap(([entry, file]) => {
    const source = program.getSourceFile(join(root, file))
    const module = source && checker.getSymbolAtLocation(source)
    if (!module) throw new Error(`${entry}: expected a module at ${file}`)
    return checker.getExportsOfModule(module).map((exported) => {
      const symbol =
        exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      const declaration = symbol.declarations![0]!
      const at = declaration.getSourceFile()
      const { line } = at.getLineAndCharacterOfPosition(declaration.getStart())
      const tags = symbol.getJsDocTags(checker)
      return {
        entry,
        name: exported.name,
        kind: kindOf(symbol, checker),
        summary: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
        examples: tags
          .filter((tag) => tag.name === 'example')
          .map((tag) => ts.displayPartsToString(tag.text)),
        at: `${at.fileName.slice(root.length + 1)}:${line + 1}`,
      }
    })
  })
}

/** A program of the entry points and of further files, with the project's own settings; an example may leave a name unused. */
export function createDocsProgram(files: readonly string[] = []): ts.Program {
  const path = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(path, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const entries = Object.values(entryPoints).map((file) => join(root, file))
  return ts.createProgram([...entries, ...files], { ...options, noUnusedLocals: false })
}
