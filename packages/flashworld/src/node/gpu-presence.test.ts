import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { hasVulkanDriver } from './gpu-presence.ts'

test('a Vulkan driver is one that the loader would find: by name, or in the folders of a user', async () => {
  const home = await mkdtemp(join(tmpdir(), 'flashworld-vulkan-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const drivers = join(home, '.local/share/vulkan/icd.d')
  await mkdir(drivers, { recursive: true })
  const file = join(drivers, 'gpu_icd.json')
  const named = (path: string) => hasVulkanDriver({ HOME: home, VK_ICD_FILENAMES: path })
  expect(named(file)).toBe(false)
  await writeFile(file, '{}')
  expect(named(file)).toBe(true)
  expect(named(`/none.json:${file}`)).toBe(true)
  expect(named('/none.json')).toBe(false)
  expect(named(drivers)).toBe(true)
  expect(named('')).toBe(false)
  // the newer name wins
  expect(hasVulkanDriver({ VK_DRIVER_FILES: '/none.json', VK_ICD_FILENAMES: file })).toBe(false)
  expect(hasVulkanDriver({ HOME: home })).toBe(true)
  expect(hasVulkanDriver({ HOME: '/none', XDG_DATA_HOME: join(home, '.local/share') })).toBe(true)
  expect(hasVulkanDriver({ HOME: '/none', VK_ADD_DRIVER_FILES: file })).toBe(true)
})

/** Node with every package but `webgpu`. */
const withoutDawn = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'webgpu') return next(specifier, context)
      throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' })
    },
  })`)}`

test('where webgpu is not installed, that is the reason, and how to install it', async () => {
  const script = `
    const { openGpu } = await import(process.argv[1])
    console.log((await openGpu()).why)`
  const module = new URL('./gpu.ts', import.meta.url).href
  const args = ['--import', withoutDawn, '--input-type=module', '--eval', script, module]
  // any JSON passes for the description of a driver
  const driver = join(import.meta.dirname, '../../package.json')
  const env = { ...process.env, VK_DRIVER_FILES: driver }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  expect(stdout).toContain('npm install webgpu')
})
