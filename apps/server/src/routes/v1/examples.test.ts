import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { SubmittedScene } from 'flashworld/client'
import { createClient } from 'flashworld/client'
import { runServer } from '../../../test/run-server.ts'

const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const run = promisify(execFile)

const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
)

/** The commands of a text, one a line as the shell sees them. */
const commandsOf = (text: string) =>
  [...text.matchAll(/```sh server[^\n]*\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!
      .replace(/\\\n\s*/g, '')
      .trim()
      .split('\n'),
  )

/** Runs commands with `curl -f`, so that a refusal fails; answers what each printed. */
async function shell(command: string, env: Record<string, string>, cwd: string) {
  const { stdout } = await run('sh', ['-ec', command.replace(/\bcurl /, 'curl -f ')], {
    cwd,
    env: { ...process.env, ...env },
  })
  return stdout
}

test.skipIf(!hasCurl)('the examples of the documentation work as they stand', async () => {
  const { url } = await runServer()
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-curl-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await symlink(join(root, 'assets'), join(folder, 'assets'))
  const commands = commandsOf(await readFile(join(root, 'docs/http.md'), 'utf8'))
  expect(commands[0]).toBe('SERVER=http://localhost:7860')
  const [create, ...others] = commands.slice(1)
  const { id } = JSON.parse(await shell(create!, { SERVER: url }, folder)) as SubmittedScene
  await Array.fromAsync(createClient({ url }).events(id))
  expect(others.length).toBeGreaterThan(12)
  // removed last of all
  const inOrder = others.toSorted(
    (a, b) => Number(a.includes('DELETE')) - Number(b.includes('DELETE')),
  )
  for (const command of inOrder) await shell(command, { SERVER: url, ID: id }, folder)
  for (const name of [
    'house.ply',
    'house.spz',
    'house.glb',
    'house.webp',
    'house.splat',
    'house.png',
  ])
    expect((await stat(join(folder, name))).size, name).toBeGreaterThan(100)
  expect((await fetch(`${url}/v1/scenes/${id}`)).status).toBe(404)
})

test.skipIf(!hasCurl)('so do those of the published apps’ APIs', async () => {
  const { url } = await runServer()
  const host = url.slice('http://'.length)
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-curl-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const example = await fetch(`${url}/examples/1.json`)
  await writeFile(join(folder, 'request.json'), await example.text())
  const text = await readFile(join(root, 'docs/published-apis.md'), 'utf8')
  const commands = text.match(/^curl .*$/gm)!
  expect(commands).toHaveLength(4)
  let task = ''
  const asked = async (command: string) =>
    shell(
      command.replace('localhost:7860', host).replace('TASK_ID', task).replace('curl ', 'curl -s '),
      {},
      folder,
    )
  task = (JSON.parse(await asked(commands[0]!)) as { task_id: string }).task_id
  await Array.fromAsync(createClient({ url }).events(task))
  expect(JSON.parse(await asked(commands[1]!))).toMatchObject({ status: 'completed' })
  await asked(commands[2]!)
  expect(await readdir(folder)).toContainEqual(expect.stringMatching(/\.ply$/))
  await asked(commands[3]!)
  expect((await fetch(`${url}/task/${task}`)).status).toBe(404)
})

test.skipIf(!hasCurl)('the line of the README makes a scene', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const [line] = /^curl .*\/v1\/scenes.*$/m.exec(readme)!
  const { url } = await runServer()
  const answer = await shell(line.replace('localhost:7860', url.slice('http://'.length)), {}, root)
  const { id } = JSON.parse(answer) as SubmittedScene
  const events = await Array.fromAsync(createClient({ url }).events(id))
  expect(events.at(-1)).toMatchObject({ type: 'done' })
})
