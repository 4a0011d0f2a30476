import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Op, OpCase } from '../packages/engine/src/index.ts'

export type AnyArgs = Record<string, unknown>

const root = join(import.meta.dirname, '..')

async function exportOf(file: string, suffix: string): Promise<unknown> {
  const all: Record<string, unknown> = await import(pathToFileURL(file).href)
  const name = Object.keys(all).find((key) => key.endsWith(suffix))
  if (name === undefined)
    throw new Error(`${file}: expected to export a name that ends in ${suffix}`)
  return all[name]
}

/** Every operation that has a list of cases, found by its folder. */
export const opTable = await Promise.all(
  globSync('packages/*/src/**/arguments.ts', { cwd: root })
    .map((file) => join(root, dirname(file)))
    .filter((folder) => existsSync(join(folder, 'cases.ts')))
    .sort()
    .map(async (folder) => ({
      op: (await exportOf(join(folder, 'index.ts'), 'Op')) as Op<AnyArgs>,
      cases: (await exportOf(join(folder, 'cases.ts'), 'Cases')) as readonly OpCase<AnyArgs>[],
    })),
)
