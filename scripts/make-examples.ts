/**
 * Makes the worlds and pictures that stand beside the example requests, by the embedded model: of each scene its 60 000 most
 * visible Gaussians, each of one colour, in steps that one does not see; and the first camera's view.
 *
 *   node scripts/make-examples.ts [NAME ...]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { keepMostImportant, writeSpz, type Gaussians } from '../packages/splats/src/index.ts'
import { loadFlashWorld, measureContributions } from '../packages/flashworld/src/index.ts'
import {
  embeddedModel,
  encodeWebp,
  folderSource,
  nodeImages,
  openEngine,
  readRequest,
} from '../packages/flashworld/src/node/index.ts'

const folder = fileURLToPath(new URL('../assets/examples/', import.meta.url))
const kept = 60_000
/** What SPZ can hold. */
const leastScale = Math.exp(-10)
const measured = { width: 352, height: 240 }
const shown = { width: 480, height: 320 }

const all = JSON.parse(await readFile(`${folder}examples.json`, 'utf8')) as string[]
const names = process.argv.length > 2 ? process.argv.slice(2) : all
using engine = await openEngine({ backend: 'wasm' })
using world = await loadFlashWorld({
  engine,
  source: folderSource(embeddedModel()),
  images: nodeImages,
})
for (const name of names) {
  const request = await world.checkRequest(await readRequest(`${folder}${name}.json`))
  const { scene } = await world.generateScene(request)
  const { gaussians, cameras } = scene
  const shares = await measureContributions(engine, gaussians, cameras, measured)
  const few = coarse(ofOneColour(keepMostImportant(gaussians, shares, kept)))
  await writeFile(`${folder}${name}.spz`, await writeSpz(few))
  const [view] = await world.render(scene, cameras.slice(0, 1), shown)
  await writeFile(`${folder}${name}.webp`, await encodeWebp(view!))
  console.log(name, few.count)
}

/** Without what depends on the direction of view. */
function ofOneColour(gaussians: Gaussians): Gaussians {
  const perGaussian = gaussians.sh.length / gaussians.count
  const sh = Float32Array.from(
    { length: 3 * gaussians.count },
    (_, i) => gaussians.sh[Math.floor(i / 3) * perGaussian + (i % 3)]!,
  )
  return { ...gaussians, sh, shDegree: 0 }
}

/** In steps below what one sees, so that it packs well. */
function coarse(gaussians: Gaussians): Gaussians {
  const to = (steps: number) => (x: number) => Math.round(x * steps) / steps
  return {
    ...gaussians,
    positions: gaussians.positions.map(to(512)),
    scales: gaussians.scales.map((s) => Math.exp(to(8)(Math.log(Math.max(s, leastScale))))),
    rotations: gaussians.rotations.map(to(64)),
    opacities: gaussians.opacities.map(to(31)),
  }
}
