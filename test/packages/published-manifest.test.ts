import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Manifest } from '../../scripts/published-manifest.ts'
import { publishedManifest, sourcesIn } from '../../scripts/published-manifest.ts'

const workspaces = globSync([
  'packages/*/package.json',
  'apps/*/package.json',
  'assets/package.json',
])
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest

test('what is published names compiled files, declarations first, and nothing of the workspace', () => {
  const published = publishedManifest(
    read('packages/flashworld/package.json'),
    'packages/flashworld',
  )
  expect(published).toMatchObject({
    bin: { flashworld: 'bin/flashworld.mjs' },
    engines: { node: '>=20' },
    sideEffects: false,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
  })
  expect(JSON.stringify(published)).not.toMatch(/\.\/src\/|"directory"|devDependencies|"files"/)
  const { exports } = published as { exports: Record<string, object> }
  for (const conditions of Object.values(exports).filter((value) => typeof value === 'object'))
    expect(Object.keys(conditions)).toEqual(['types', 'default'])
})

test('a package of built files alone needs no other', () => {
  const published = publishedManifest(read('apps/studio/package.json'), 'apps/studio')
  expect(published).not.toHaveProperty('dependencies')
  expect(sourcesIn(read('apps/studio/package.json'))).toEqual([])
})

test.each(workspaces)('%s is published from where it is built, in the version of all', (file) => {
  const { name, version, publishConfig } = read(file)
  const { directory } = publishConfig as { directory: string }
  expect(join(dirname(file), directory)).toBe(
    join('dist/packages', name.replace('@flashworld/', '')),
  )
  expect(version).toBe(read('packages/flashworld/package.json').version)
})
