import { copyFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSceneRecord } from 'flashworld'
import { expect, test } from 'vitest'
import { testSession } from '../../test/run-command.ts'
import { temporaryFolder } from '../../test/scenes.ts'
import { parseCommand } from '../command.ts'
import { batchCommand } from './batch.ts'
import { filmTest } from '../../../../packages/flashworld/test/film-test.ts'

const examples = 'assets/examples'

/** Runs the command; gives its exit code and all lines that it prints. */
async function batch(...args: string[]) {
  const tiny = ['--ckpt', 'test/goldens/tiny/model.ckpt', '--backend', 'wasm', '--threads', '1']
  const { session, out, err } = testSession(args)
  const code = await batchCommand.run(parseCommand(batchCommand, [...tiny, ...args]), session)
  const text = `${err()}\n${out()}`
  return { code, text, last: text.split('\n').at(-1)! }
}

/** A folder with the example requests, made small. */
async function inputs() {
  const folder = await temporaryFolder()
  const input = join(folder, 'in')
  await mkdir(input)
  for (const name of ['sentence', 'photograph']) {
    const request = JSON.parse(await readFile(join(examples, `${name}.json`), 'utf8')) as object
    await writeFile(
      join(input, `${name}.json`),
      JSON.stringify({ ...request, resolution: [2, 32, 64] }),
    )
  }
  await copyFile(join(examples, 'photograph.png'), join(input, 'photograph.png'))
  const output = join(folder, 'out')
  return { folder, input, output, args: ['--input_dir', input, '--output_dir', output] }
}

const recordOf = async (folder: string) =>
  readSceneRecord(await readFile(join(folder, 'gaussians.scene.json'), 'utf8'), 'record')

filmTest(
  'the published command line makes the published files, and again only what is not finished',
  async () => {
    const { input, output, args } = await inputs()
    const all = [
      ...args,
      '--ply',
      '--spz',
      '--video',
      '--offload_t5',
      '--offload_vae',
      '--offload_transformer_during_vae',
    ]
    const first = await batch(...all, '--video_fps', '5')
    expect(first).toMatchObject({ code: 0, last: '2 made, 0 finished before, 0 failed' })
    const files = ['gaussians.ply', 'gaussians.scene.json', 'gaussians.spz', 'video.mp4']
    for (const name of ['photograph', 'sentence'])
      expect((await readdir(join(output, name))).sort()).toEqual(files)
    expect((await recordOf(join(output, 'photograph'))).request.image?.bytes).toBe(
      (await stat(join(input, 'photograph.png'))).size,
    )

    expect((await batch(...all)).last).toBe('0 made, 2 finished before, 0 failed')

    // one was cut short, of one a file is gone: each is made again, the second from its own seed
    const [cut, gone] = [join(output, 'photograph'), join(output, 'sentence')]
    await rm(join(cut, 'gaussians.scene.json'))
    await writeFile(join(cut, '.video.mp4.999999999-0a1b2c.part'), 'half')
    const before = await readFile(join(gone, 'gaussians.ply'))
    await rm(join(gone, 'gaussians.spz'))
    expect((await batch(...args, '--spz')).last).toBe('2 made, 0 finished before, 0 failed')
    expect((await readdir(cut)).sort()).toEqual(files)
    expect((await readdir(gone)).sort()).toEqual(files)
    expect((await readFile(join(gone, 'gaussians.ply'))).equals(before)).toBe(true)
    expect(Object.keys((await recordOf(gone)).files)).toEqual(['gaussians.ply', 'gaussians.spz'])

    // another wish is another scene
    const request = JSON.parse(await readFile(join(input, 'sentence.json'), 'utf8')) as object
    await writeFile(
      join(input, 'sentence.json'),
      JSON.stringify({ ...request, text_prompt: 'a blue tower' }),
    )
    const refused = await batch(...args, '--spz')
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.text).toContain('[output/exists]')
    expect((await readFile(join(gone, 'gaussians.ply'))).equals(before)).toBe(true)
    expect((await batch(...args, '--spz', '--force')).last).toBe(
      '1 made, 1 finished before, 0 failed',
    )
    expect((await recordOf(gone)).request.prompt).toBe('a blue tower')
  },
)

test('where every request is finished, no weights are read', async () => {
  const { folder, args } = await inputs()
  expect((await batch(...args, '--ply')).code).toBe(0)
  // the same model by name, without its weights
  const ckpt = join(folder, 'tiny')
  await mkdir(join(ckpt, 'transformer'), { recursive: true })
  await copyFile('test/goldens/tiny/transformer/config.json', join(ckpt, 'transformer/config.json'))
  expect((await batch(...args, '--ply', '--ckpt', ckpt)).last).toBe(
    '0 made, 2 finished before, 0 failed',
  )
  await expect(batch(...args, '--spz', '--ckpt', ckpt)).rejects.toMatchObject({
    code: 'weights/missing-file',
  })
})

test('bad requests are named and do not stop the others; images come from the input folder only', async () => {
  const { folder, input, output, args } = await inputs()
  await copyFile(join(examples, 'photograph.png'), join(folder, 'outside.png'))
  await symlink(join(folder, 'outside.png'), join(input, 'link.png'))
  const request = JSON.parse(await readFile(join(input, 'photograph.json'), 'utf8')) as object
  const images = {
    a: '../outside.png',
    b: join(folder, 'outside.png'),
    c: 'link.png',
    d: 'none.png',
    e: 'no image',
  }
  for (const [name, image] of Object.entries(images)) {
    await writeFile(
      join(input, `${name}.json`),
      JSON.stringify({ ...request, image_prompt: image }),
    )
  }
  await writeFile(join(input, 'f.json'), '{')
  await writeFile(join(input, 'g.json'), '{}')
  await rm(join(input, 'sentence.json'))
  const { code, text } = await batch(...args, '--ply', '--seed', '7')
  expect(code).toBe(1)
  expect(text).toContain('1 made, 0 finished before, 7 failed')
  for (const name of ['a', 'b', 'c']) {
    expect(text).toContain(
      `${name}.json: image: expected a file in the request's folder, got '${images[name as 'a']}'`,
    )
  }
  expect(text).toMatch(/d\.json: cannot read .*none\.png/)
  expect(text).toMatch(/e\.json: .*\[image\/unreadable\]/)
  expect(text).toMatch(/f\.json: .*expected JSON, got \{: .*\[input\/unreadable\]/)
  expect(text).toMatch(/g\.json: .*\[request\/empty\]/)
  expect(await readdir(output)).toEqual(['photograph'])
  expect((await recordOf(join(output, 'photograph'))).seed).toBe(7)
})

test.each([
  [[], '--input_dir and --output_dir'],
  [['--input_dir', 'in', '--output_dir', 'out'], '--ply, --spz and --video'],
  [['--input_dir', 'in', '--output_dir', 'out', '--video', '--video_fps', '0'], '--video_fps'],
  [['--input_dir', 'none', '--output_dir', 'out', '--ply'], 'cannot read'],
  [['--input_dir', '.', '--output_dir', 'out', '--ply'], 'no *.json'],
])('refuses %j', async (args, message) => {
  const { folder } = await inputs()
  const paths = args.map((arg) =>
    arg.startsWith('-') || /^\d/.test(arg) ? arg : join(folder, arg),
  )
  await expect(batch(...paths)).rejects.toThrow(message)
})
