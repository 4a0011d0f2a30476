import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const windows = process.platform === 'win32'

/** Somebody who has npm, and an empty folder. */
export interface Consumer {
  readonly folder: string
  /** Runs a command there. Gives what it printed. @throws Error with that where it ends with another code than 0 */
  run(command: string, ...args: readonly string[]): Promise<string>
  /** Starts a command that goes on, at the head of a group of processes. */
  start(command: string, ...args: readonly string[]): ChildProcess
  /** Installs packages; gives the names of all that came, in order. */
  install(...packages: readonly string[]): Promise<readonly string[]>
  /** Copies what `consumers` has under a name. */
  bring(name: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface ConsumerOptions {
  /** Of npm. */
  readonly registry: string
  /** A folder for what npm fetched; of this run alone, since npx takes for the same what has the same version. */
  readonly cache: string
  /** Where the Node is that comes first on the path; default: this one's. */
  readonly node?: string
}

export async function newConsumer({ registry, cache, node }: ConsumerOptions): Promise<Consumer> {
  const place = await mkdtemp(join(tmpdir(), 'flashworld-consumer-'))
  const folder = join(place, 'project')
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const env = {
    // nothing of the npm that may have started this
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
    ...(node !== undefined && { PATH: `${node}${delimiter}${process.env.PATH}` }),
    HOME: place,
    FLASHWORLD_HOME: join(place, 'kept'),
    npm_config_registry: registry,
    npm_config_cache: cache,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_yes: 'true',
  }
  const start = (command: string, args: readonly string[], options: SpawnOptions) =>
    spawn(command, args, { cwd: folder, env, shell: windows, ...options })
  const run = async (command: string, ...args: readonly string[]) => {
    const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${printed}`)
    return printed
  }
  return {
    folder,
    run,
    start: (command, ...args) => start(command, args, { stdio: 'ignore', detached: !windows }),
    async install(...packages) {
      await run('npm', 'install', ...packages)
      const lock = JSON.parse(
        await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8'),
      ) as { packages: object }
      return Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''))
    },
    bring: (name) => cp(join(import.meta.dirname, 'consumers', name), folder, { recursive: true }),
    [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true, maxRetries: 3 }),
  }
}
