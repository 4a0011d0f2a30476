import { fork } from 'node:child_process'
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestPath, openCheckpoint, readManifest } from '@flashworld/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderSource } from '../files.ts'
import type { ConvertOptions, ConvertProgress } from './convert.ts'
import { convertModel } from './convert.ts'
import type { PublishedFiles } from './published-files.ts'
import { verifyConverted } from './verify-converted.ts'
import { workFolderOf } from './work-folder.ts'

const tiny = fileURLToPath(new URL('../../../../../test/goldens/tiny', import.meta.url))
const names = [
  'model.ckpt',
  'text_encoder/config.json',
  'text_encoder/model.safetensors',
  'vae/config.json',
  'vae/diffusion_pytorch_model.safetensors',
  'transformer/config.json',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
  'scheduler/scheduler_config.json',
]

function publishedIn(folder: string): PublishedFiles {
  const from = { repository: 'somebody/tiny', revision: '0'.repeat(40) }
  const files = names.map((name) => {
    const path = join(folder, name)
    return [name, { path, bytes: statSync(path).size, from }] as const
  })
  return { name: 'tiny', files: new Map(files) }
}

let place: string
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'convert-'))
})
afterAll(() => rm(place, { recursive: true, force: true }))

let count = 0
/** Options of a conversion into a new place, of files of at most 20 kB, so that there are many. */
function options(more: Partial<ConvertOptions> = {}): ConvertOptions {
  const folder = join(place, String(count++), 'tiny')
  return { published: publishedIn(tiny), folder, precision: 'f16', fileBytes: 20_000, ...more }
}

/** All files below a folder with their contents. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name))
  const content = files.sort().map(async (path) => {
    const bytes = await readFile(path)
    return [path.slice(folder.length), bytes.toString('base64')] as const
  })
  return new Map(await Promise.all(content))
}

/** What stands beside a target that was not made: nothing but the lock. */
const leftovers = async (folder: string) =>
  (await readdir(dirname(folder))).filter((name) => name !== '.converting')

test('makes a folder that opens, holds what its manifest says, and nothing besides', async () => {
  const told: ConvertProgress[] = []
  const made = options({ onProgress: (progress) => told.push(progress) })
  const manifest = await convertModel(made)
  expect(await readManifest(folderSource(made.folder))).toEqual(manifest)
  expect(manifest.sources).toEqual([{ repository: 'somebody/tiny', revision: '0'.repeat(40) }])
  expect(manifest.files.length).toBeGreaterThan(12)
  expect(await verifyConverted(made.folder)).toEqual([])
  expect([...(await contentOf(made.folder)).keys()].sort()).toEqual(
    [...manifest.files.map(({ path }) => `/${path}`), `/${manifestPath}`].sort(),
  )
  expect((await openCheckpoint(folderSource(made.folder))).transformer.layout).toBeDefined()
  expect(await leftovers(made.folder)).toEqual(['tiny'])
  const { doneBytes, totalBytes } = told.at(-1)!
  expect(doneBytes).toBe(totalBytes)
  expect(totalBytes).toBe(manifest.files.reduce((sum, { bytes }) => sum + bytes, 0))
  expect(told.every((p, i) => i === 0 || p.doneBytes >= told[i - 1]!.doneBytes)).toBe(true)
})

test('the same again is left as it is; something else is not replaced', async () => {
  const made = options()
  const manifest = await convertModel(made)
  const before = statSync(join(made.folder, manifestPath)).mtimeMs
  expect(await convertModel(made)).toEqual(manifest)
  expect(statSync(join(made.folder, manifestPath)).mtimeMs).toBe(before)
  for (const other of [{ precision: 'f32' } as const, { fileBytes: 1e9 }]) {
    const again = convertModel({ ...made, ...other })
    await expect(again).rejects.toMatchObject({ code: 'output/exists' })
  }
  const taken = options()
  mkdirSync(taken.folder, { recursive: true })
  await writeFile(join(taken.folder, 'mine.txt'), 'mine')
  await expect(convertModel(taken)).rejects.toMatchObject({ code: 'output/exists' })
  expect(await readFile(join(taken.folder, 'mine.txt'), 'utf8')).toBe('mine')
})

test('threads make the same bits, also after a stop', async () => {
  const alone = options({ threads: 0 })
  const beside = options({ threads: 2 })
  await convertModel(alone)
  const controller = new AbortController()
  const stopped = convertModel({
    ...beside,
    signal: controller.signal,
    onProgress: ({ doneBytes, totalBytes }) => {
      if (doneBytes > totalBytes / 2) controller.abort(new Error('enough'))
    },
  })
  await expect(stopped).rejects.toThrow('enough')
  await convertModel(beside)
  expect(await contentOf(beside.folder)).toEqual(await contentOf(alone.folder))
})

describe('a conversion that is stopped', () => {
  test('leaves no model, goes on where it stopped, and ends with the same bits', async () => {
    const whole = options()
    await convertModel(whole)
    const stopped = options()
    const controller = new AbortController()
    const first = convertModel({
      ...stopped,
      signal: controller.signal,
      onProgress: ({ doneBytes, totalBytes }) => {
        if (doneBytes > totalBytes / 2) controller.abort(new Error('enough'))
      },
    })
    await expect(first).rejects.toThrow('enough')
    expect(await leftovers(stopped.folder)).toEqual(['tiny.unfinished'])
    const started: string[] = []
    await convertModel({
      ...stopped,
      onProgress: ({ path }) => {
        if (started.at(-1) !== path) started.push(path)
      },
    })
    expect(await contentOf(stopped.folder)).toEqual(await contentOf(whole.folder))
    expect(await leftovers(stopped.folder)).toEqual(['tiny'])
  })

  test('trusts no file that is not as it was noted, and nothing of other work', async () => {
    const whole = options()
    await convertModel(whole)
    const stopped = options()
    const stop = async (precision: 'f16' | 'f32') => {
      const controller = new AbortController()
      await convertModel({
        ...stopped,
        precision,
        signal: controller.signal,
        onProgress: ({ doneBytes, totalBytes }) => {
          if (doneBytes > totalBytes / 2) controller.abort(new Error('enough'))
        },
      }).catch(() => {})
    }
    await stop('f32') // other work
    await stop('f16')
    const work = join(workFolderOf(stopped.folder), 'whole/text_encoder')
    const [damaged, cut, ...rest] = (await readdir(work)).filter((n) => n.endsWith('.safetensors'))
    expect(rest.length).toBeGreaterThan(0)
    const bytes = await readFile(join(work, damaged!))
    bytes[bytes.length - 5]! ^= 1
    await writeFile(join(work, damaged!), bytes)
    await writeFile(join(work, cut!), (await readFile(join(work, cut!))).subarray(0, 100))
    // a line that was being written when the machine stopped
    await writeFile(join(workFolderOf(stopped.folder), 'journal'), '{"path":"vae/', { flag: 'a' })
    await convertModel(stopped)
    expect(await contentOf(stopped.folder)).toEqual(await contentOf(whole.folder))
  })

  test('by force, wherever it is, does no harm', { timeout: 120_000 }, async () => {
    const whole = options()
    await convertModel(whole)
    for (const delay of [0, 10, 25]) {
      const killed = options()
      const child = fork(
        fileURLToPath(new URL('../../../test/convert-process.ts', import.meta.url)),
        [tiny, killed.folder, String(killed.fileBytes)],
        { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
      )
      await new Promise((resolve) => child.once('message', resolve)) // it is about to convert
      await new Promise((resolve) => setTimeout(resolve, delay))
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('exit', resolve))
      await convertModel(killed)
      expect(await contentOf(killed.folder)).toEqual(await contentOf(whole.folder))
      expect(await leftovers(killed.folder)).toEqual(['tiny'])
    }
  })
})

test('two at once make one', async () => {
  const made = options()
  let waited = 0
  const convert = () => convertModel({ ...made, onWait: () => waited++ })
  const both = await Promise.all([convert(), convert()]) // whichever comes first
  expect(both[0]).toEqual(both[1])
  expect(waited).toBe(1)
  expect(await verifyConverted(made.folder)).toEqual([])
  expect(await leftovers(made.folder)).toEqual(['tiny'])
})

describe('what fails leaves nothing', () => {
  const damagedFiles = async (damage: (folder: string) => Promise<void>) => {
    const folder = join(place, `damaged-${count++}`)
    await cp(tiny, folder, { recursive: true })
    const published = publishedIn(folder)
    await damage(folder)
    return published
  }

  test.each([0, 2])('a file cut short while it is read, with %i threads', async (threads) => {
    const published = await damagedFiles(() => Promise.resolve())
    const made = options({
      published,
      threads,
      onProgress: ({ path }) => {
        if (!path.startsWith('text_encoder/model')) return
        const file = published.files.get('vae/diffusion_pytorch_model.safetensors')!.path
        copyFileSync(published.files.get('vae/config.json')!.path, file)
      },
    })
    await expect(convertModel(made)).rejects.toMatchObject({
      code: expect.stringMatching(/^weights\/(truncated|header)$/),
    })
    expect(await leftovers(made.folder)).toEqual([])
  })

  test('a missing tensor is named before anything is written', async () => {
    const published = await damagedFiles((folder) =>
      cp(
        join(tiny, 'text_encoder/model.safetensors'),
        join(folder, 'vae/diffusion_pytorch_model.safetensors'),
      ),
    )
    const made = options({ published })
    await expect(convertModel(made)).rejects.toMatchObject({ code: 'weights/missing-key' })
    expect(await leftovers(made.folder)).toEqual([])
  })

  test.runIf(process.platform === 'linux')('a full disk is called so', async () => {
    const { execFileSync } = await import('node:child_process')
    const disk = join(place, 'small-disk')
    mkdirSync(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      return // only root may
    }
    try {
      const folder = join(disk, 'tiny')
      const fill = (bytes: string) =>
        execFileSync('sh', ['-c', `head -c ${bytes} /dev/zero 2>&1 > ${disk}/other | true`])
      // what is needed is known before; a disk that fills up meanwhile is met when it does
      fill('3900k')
      await expect(convertModel(options({ folder }))).rejects.toMatchObject({
        code: 'output/unwritable',
        message: expect.stringMatching(/needs .* GB, its disk has .* GB free/) as string,
      })
      fill('1k')
      const late = convertModel(
        options({
          folder,
          onProgress: ({ path, doneBytes }) => {
            if (path.endsWith('vae/config.json') && doneBytes > 0) fill('5m')
          },
        }),
      )
      await expect(late).rejects.toMatchObject({
        code: 'output/unwritable',
        message: expect.stringContaining('the disk is full') as string,
      })
      expect((await leftovers(folder)).filter((name) => name !== 'other')).toEqual([])
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

describe('verify finds', () => {
  const weights = 'vae/model-00001-of-00001.safetensors'
  test.each<[string, string, (path: string) => Promise<void>]>([
    ['a file that is gone', 'missing', (path) => rm(path)],
    ['one cut short', 'size', async (path) => writeFile(path, (await readFile(path)).subarray(1))],
    [
      'one changed in a bit',
      'content',
      async (path) => {
        const bytes = await readFile(path)
        bytes[bytes.length >> 1]! ^= 64
        await writeFile(path, bytes)
      },
    ],
    [
      'a link, were it to the same bytes',
      'elsewhere',
      async (path) => {
        await rename(path, `${path}.there`)
        await symlink(`${path}.there`, path)
      },
    ],
    [
      'a folder that is a link',
      'elsewhere',
      async (path) => {
        await rename(dirname(path), `${dirname(path)}-there`)
        await symlink(`${dirname(path)}-there`, dirname(path))
      },
    ],
    [
      'a folder in its place',
      'elsewhere',
      async (path) => {
        await rm(path)
        mkdirSync(path)
      },
    ],
  ])('%s', async (_, fault, damage) => {
    const made = options({ fileBytes: 1e9 })
    await convertModel(made)
    await damage(join(made.folder, weights))
    expect(await verifyConverted(made.folder)).toContainEqual({ path: weights, fault })
  })

  test('a manifest that leads out of the folder', async () => {
    const made = options()
    await convertModel(made)
    const path = join(made.folder, manifestPath)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('vae/config.json', '../../../etc/hostname.json'))
    await expect(verifyConverted(made.folder)).rejects.toMatchObject({ code: 'weights/manifest' })
    const opened = openCheckpoint(folderSource(made.folder))
    await expect(opened).rejects.toMatchObject({ code: 'weights/manifest' })
  })
})
