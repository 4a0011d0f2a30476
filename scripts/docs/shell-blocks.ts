/**
 * The shell blocks of the pages. Behind a block's language stands what becomes of it:
 *
 * - ```` ```sh run ````: it is run, by `npm run docs:check`, in a folder of its own
 * - ```` ```sh quick ````: the same, by the tests too
 * - ```` ```sh server: TEST ````: a test of the server's runs it
 * - ```` ```sh shown: REASON ````: it cannot be run here
 *
 * Whatever it is, each command line of ours in it must be one that the command line takes.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCommand } from '../../apps/cli/src/command.ts'
import { commands } from '../../apps/cli/src/commands.ts'
import { pages } from './pages.ts'

const root = join(import.meta.dirname, '../..')

export type BlockMode = 'run' | 'quick' | 'server' | 'shown'

export interface ShellBlock {
  /** The page's file and the block's first line. */
  readonly at: string
  readonly mode: BlockMode
  /** Why it is only shown, or who runs it. */
  readonly note: string
  readonly script: string
}

const fence = /^```([^\n]*)\n([\s\S]*?)^```$/gm
const meta = /^sh (run|quick|server|shown)(?:: (.+))?$/

/** The blocks of a page. @throws Error on a fence without a language, or a shell block without a mode */
export function shellBlocksIn(text: string, file: string): ShellBlock[] {
  return [...text.matchAll(fence)].flatMap(({ 1: info = '', 2: script = '', index }) => {
    const at = `${file}:${text.slice(0, index).split('\n').length}`
    if (info === '') throw new Error(`${at}: expected a language behind the fence`)
    if (!/^(sh|bash|shell|console)\b/.test(info)) return []
    const [, mode, note = ''] = meta.exec(info) ?? []
    if (mode === undefined)
      throw new Error(`${at}: expected sh run, quick, server or shown, got ${info}`)
    const isNoted = mode === 'server' || mode === 'shown'
    if (isNoted !== (note !== '')) throw new Error(`${at}: expected ${isNoted ? 'a' : 'no'} reason`)
    return [{ at, mode: mode as BlockMode, note, script }]
  })
}

/** The blocks of all pages whose files are there. */
export async function shellBlocks(): Promise<ShellBlock[]> {
  const found = await Promise.all(
    pages.map(async ({ file }) =>
      shellBlocksIn(await readFile(join(root, file), 'utf8').catch(() => ''), file),
    ),
  )
  return found.flat()
}

const substitution = /\$\(([^()]*)\)/g

/** The simple commands of a script, each as its words, those in `$( )` too. Where output goes is left out. */
export function commandsIn(script: string): string[][] {
  const inner = [...script.matchAll(substitution)].flatMap(([, command]) => commandsIn(command!))
  const plain = script.replace(substitution, 'VALUE').replaceAll('\\\n', ' ')
  const commands: string[][] = [[]]
  let word: string | undefined
  const endWord = () => {
    if (word !== undefined) commands.at(-1)!.push(word)
    word = undefined
  }
  const token =
    /'([^']*)'|"([^"]*)"|(\s#.*|^#.*)|(\n|&&|\|\||[;|&])|(\d?[<>]+ *\S+)|([ \t]+)|([^\s'"<>;|&]+)/gm
  for (const [whole, single, double, comment, end, redirect, space] of plain.matchAll(token)) {
    if (comment ?? end ?? redirect ?? space) endWord()
    else word = (word ?? '') + (single ?? double ?? whole)
    if (end) commands.push([])
  }
  endWord()
  return [...commands.filter((words) => words.length > 0), ...inner]
}

const isAssignment = (word: string) => /^\w+=/.test(word)

/** The words behind `flashworld` of a command of ours; undefined for others. */
export function ownArguments(words: readonly string[]): string[] | undefined {
  const [program, ...rest] = words.slice(words.findIndex((word) => !isAssignment(word)))
  if (program === 'flashworld') return rest
  if (program !== 'npx') return undefined
  const at = rest.findIndex((word) => !word.startsWith('-'))
  return /^flashworld(@\S+)?$/.test(rest[at] ?? '') ? rest.slice(at + 1) : undefined
}

/** Checks a command line as the program itself would. @throws UsageError */
export async function checkArguments([name = 'help', ...args]: readonly string[]): Promise<void> {
  if (['help', '--help', '--version'].includes(name)) return
  const load = commands[name]
  if (!load) throw new Error(`there is no command '${name}'`)
  parseCommand(await load(), args)
}

/** What is wrong with the commands of a script, a line each. */
export async function faultsIn(script: string, scripts: readonly string[]): Promise<string[]> {
  const faults: string[] = []
  for (const words of commandsIn(script)) {
    const own = ownArguments(words)
    if (own) await checkArguments(own).catch((error: Error) => faults.push(error.message))
    const [program, verb, name] = words
    if (program === 'npm' && verb === 'run' && !scripts.includes(name!))
      faults.push(`there is no script '${name}'`)
  }
  return faults
}
