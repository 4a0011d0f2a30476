// What the files of deploy/ say, held against what they speak of.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readOptions, serverOptions, variableOf } from '../apps/server/src/options.ts'
import { assembleSpace } from '../deploy/space/assemble.ts'

const read = (path: string) => readFile(path, 'utf8')

/** The server's variables that a file sets, by name; those of the model's places are not options. */
const variablesIn = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/\b(FLASHWORLD_[A-Z_]+)[=:] ?([^\s\\#]+)/g)]
      .map(([, name, value]) => [name!, value!] as const)
      .filter(([name]) => name !== 'FLASHWORLD_HOME'),
  )

test.each(globSync('deploy/{Containerfile,*.yaml,space/Dockerfile}'))(
  '%s sets options that there are, to values that they take',
  async (path) => {
    const variables = variablesIn(await read(path))
    expect(Object.keys(variables)).not.toEqual([])
    expect(Object.keys(serverOptions).map(variableOf)).toEqual(
      expect.arrayContaining(Object.keys(variables)),
    )
    expect(() => readOptions({}, variables)).not.toThrow()
  },
)

test('no file of deploy/ sets a secret', async () => {
  for (const path of globSync('deploy/**/{Containerfile,Dockerfile,*.yaml,*.sh}')) {
    const secrets = (await read(path)).matchAll(
      /^[ \w]*(?:TOKEN|SECRET|PASSWORD)[A-Z_]*[=:] *(\S+)/gm,
    )
    for (const [line, value] of secrets) expect(value, line).toMatch(/^\$\{/)
  }
})

describe('the Space', () => {
  test('has a front matter that Hugging Face takes', async () => {
    const [, matter = ''] =
      /^---\n([\s\S]*?)\n---\n/.exec(await read('deploy/space/README.md')) ?? []
    const fields = new Map(
      [...matter.matchAll(/^(\w+): *(.*)$/gm)].map(([, name, value]) => [name!, value!]),
    )
    expect([...fields.keys()]).toEqual(
      expect.arrayContaining(['title', 'emoji', 'colorFrom', 'colorTo', 'license', 'models']),
    )
    expect(fields.get('sdk')).toBe('docker')
    expect(fields.get('app_port')).toBe(
      /^EXPOSE (\d+)$/m.exec(await read('deploy/Containerfile'))![1],
    )
    expect(fields.get('short_description')!.length).toBeLessThanOrEqual(60)
  })

  test('is a folder that has all that its image is made of, and ends with its own stage', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flashworld-space-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await assembleSpace(folder)
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(['.dockerignore', '.gitattributes', 'Dockerfile', 'README.md']),
    )
    const stages = [...(await read(join(folder, 'Dockerfile'))).matchAll(/^FROM (\S+) AS (\w+)$/gm)]
    expect(stages.map(([, , name]) => name)).toEqual(['build', 'cpu', 'gpu', 'space'])
    for (const path of ['package-lock.json', 'assets/mini/model.safetensors', 'start.sh'])
      expect((await readFile(join(folder, path))).length, path).toBeGreaterThan(0)
    expect(globSync('**/*.test.ts', { cwd: folder })).toEqual([])
  })
})
