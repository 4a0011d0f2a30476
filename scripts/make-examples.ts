// Makes the world and the picture of each example request in assets/examples that has none yet, by the embedded model:
// NAME.spz, its 100,000 Gaussians that show most, and NAME.webp. `node scripts/make-examples.ts`
import { execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const program = join(root, 'apps/cli/src/main.ts')
const flashworld = (...args: readonly string[]) =>
  execFileSync(process.execPath, [program, ...args, '--backend', 'wasm', '--quiet'], {
    stdio: 'inherit',
  })

const folder = await mkdtemp(join(tmpdir(), 'flashworld-examples-'))
try {
  for (const request of globSync(join(root, 'assets/examples/*.json')).sort()) {
    const stem = request.replace(/\.json$/, '')
    const [world, picture] = [`${stem}.spz`, `${stem}.webp`]
    if (existsSync(world) && existsSync(picture)) continue
    const whole = join(folder, 'scene.ply')
    flashworld('generate', '--request', request, '--out', whole, '--force')
    flashworld('convert', whole, world, '--tier', '100k', '--force')
    if (!existsSync(picture)) {
      flashworld('render', whole, '--still', '0', '--size', '480x320', '--out', picture)
    }
    console.log(stem)
  }
} finally {
  await rm(folder, { recursive: true })
}
