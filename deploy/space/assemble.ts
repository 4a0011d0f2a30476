/**
 * `node deploy/space/assemble.ts FOLDER`: lays out a Hugging Face Docker Space, ready to be pushed. A Space is built from
 * its own repository alone, so all that the image is made of comes along, with the Space's page and the image's last stage.
 */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** The project's files that the image is made of, as git knows them. */
export function imageFiles(): string[] {
  const parts = ['package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE', '.dockerignore']
  const folders = ['apps', 'packages', 'scripts', 'assets']
  return execFileSync('git', ['ls-files', ...parts, ...folders], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '' && !/\.test\.tsx?$|\/test\//.test(name))
}

export async function assembleSpace(folder: string): Promise<void> {
  const copy = async (from: string, to: string) => {
    await mkdir(dirname(join(folder, to)), { recursive: true })
    await cp(join(root, from), join(folder, to))
  }
  for (const name of imageFiles()) await copy(name, name)
  await copy('deploy/space/README.md', 'README.md')
  await copy('deploy/space/start.sh', 'start.sh')
  await copy('deploy/space/gitattributes', '.gitattributes')
  const stages = ['deploy/Containerfile', 'deploy/space/Dockerfile'].map((name) =>
    readFile(join(root, name), 'utf8'),
  )
  await writeFile(join(folder, 'Dockerfile'), (await Promise.all(stages)).join('\n'))
  await writeFile(
    join(folder, '.dockerignore'),
    `${await readFile(join(root, '.dockerignore'), 'utf8')}!start.sh\n`,
  )
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) {
    console.error('usage: node deploy/space/assemble.ts FOLDER')
    process.exit(2)
  }
  await assembleSpace(folder)
  console.log(`${folder} is a Space: git init, git lfs install, commit, push`)
}
