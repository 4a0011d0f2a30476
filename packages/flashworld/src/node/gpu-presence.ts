import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { notInstalled } from '../optional-package.ts'

/**
 * Why this machine has no GPU to open; undefined where it may have one. Where a Vulkan driver fails, Dawn writes traces
 * of its own code to standard error, which nobody can catch in this process; so it is not asked where Linux shows no
 * driver, and where there is a driver but no device, another process asks first.
 */
export async function reasonForNoGpu(): Promise<string | undefined> {
  const linux = process.platform === 'linux'
  if (linux && !hasVulkanDriver(process.env)) return 'no Vulkan driver was found'
  const dawn = placeOfDawn()
  if (dawn === undefined) return notInstalled('the package webgpu', 'webgpu')
  if (!linux || globSync('/dev/{dri/renderD*,nvidia[0-9]*,dxg}').length > 0) return undefined
  if (await opensElsewhere(dawn)) return undefined
  return 'the Vulkan drivers that were found have no device here'
}

/** True where Vulkan's loader would find the description of a driver. The places are those of its documentation. */
export function hasVulkanDriver(env: NodeJS.ProcessEnv): boolean {
  const list = (names: string | undefined) => names?.split(':').filter(Boolean) ?? []
  const named = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES
  const home = env.HOME ?? homedir()
  const folders = [
    ...[env.XDG_CONFIG_HOME ?? join(home, '.config'), ...list(env.XDG_CONFIG_DIRS ?? '/etc/xdg')],
    ...['/usr/local/etc', '/etc', env.XDG_DATA_HOME ?? join(home, '.local/share')],
    ...list(env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share'),
  ].map((folder) => resolve(folder, 'vulkan/icd.d'))
  const places = named === undefined ? [...list(env.VK_ADD_DRIVER_FILES), ...folders] : list(named)
  return places.some((place) => existsSync(place) && (isFile(place) || describesDriver(place)))
}

const isFile = (place: string) => place.endsWith('.json')

const describesDriver = (folder: string) => globSync('*.json', { cwd: folder }).length > 0

function placeOfDawn(): string | undefined {
  try {
    return import.meta.resolve('webgpu')
  } catch {
    return undefined
  }
}

const question = `
  const { create } = await import(process.argv[1])
  const adapter = await create([]).requestAdapter()
  process.exit(adapter ? 0 : 1)`

/** Seconds after which a driver that says nothing has none to offer. */
const patience = 10

/** Asks Dawn for a device in a process of its own, which may also crash over its drivers. */
function opensElsewhere(dawn: string): Promise<boolean> {
  const args = ['--input-type=module', '--eval', question, dawn]
  return new Promise((answer) =>
    execFile(process.execPath, args, { timeout: patience * 1000 }, (error) => answer(!error)),
  )
}
