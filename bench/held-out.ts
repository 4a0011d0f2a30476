/**
 * Generates held-out worlds with a model and draws the views by which `training/measure/engine.py` judges it:
 *
 *   node bench/held-out.ts FOLDER [--model DIR] [--backend auto|webgpu|wasm] [--only SET] [--raw]
 *
 * FOLDER/SET holds `cases.json` and `cases.safetensors` (see there) and gets `made.rgba` and `made.json`. --raw: as the model
 * makes them, without the colours of their pictures.
 */
import { closeSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { unpackCameras } from '../packages/camera/src/index.ts'
import type { Engine } from '../packages/engine/src/index.ts'
import { measureContributions, streamViews } from '../packages/flashworld/src/index.ts'
import { loadModel, type Model } from '../packages/flashworld/src/lab/index.ts'
import { seededDraws } from '../packages/flashworld/src/draws.ts'
import { keepPicture } from '../packages/flashworld/src/keep-picture.ts'
import { keepsPicture } from '../packages/flashworld/src/known-models.ts'
import {
  embeddedModel,
  folderSource,
  openEngine,
  type Backend,
} from '../packages/flashworld/src/node/index.ts'
import { sample } from '../packages/flashworld/src/sampler.ts'
import { encodeText, openSafetensors, readF32, readJson } from '../packages/models/src/index.ts'
import { fromPacked, type Gaussians } from '../packages/splats/src/index.ts'

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: embeddedModel() },
    backend: { type: 'string', default: 'auto' },
    only: { type: 'string', default: '' },
    raw: { type: 'boolean', default: false },
  },
})
const [root] = positionals
if (!root)
  throw new Error(
    'usage: node bench/held-out.ts FOLDER [--model DIR] [--backend NAME] [--only SET] [--raw]',
  )

const engine = await openEngine({ backend: options.backend as Backend })
const model = await loadModel({ engine, source: folderSource(options.model) })
for (const set of readdirSync(root).filter((name) => name.includes(options.only)))
  await generateSet(model, join(root, set))
model.dispose()
engine.dispose()

async function generateSet(model: Model, folder: string): Promise<void> {
  const cases = await openCases(folder)
  const pictures = openSync(join(folder, 'made.rgba'), 'w')
  const opacity: number[] = []
  for (let i = 0; i < cases.count; i++) {
    const { gaussians, views, size } = await generateCase(model, cases, i)
    for await (const { rgba } of streamViews(model.engine, gaussians, views, size))
      writeSync(pictures, rgba)
    opacity.push(await meanOpacity(model.engine, gaussians, { views, size }))
    process.stderr.write(`\r${folder}: ${i + 1} of ${cases.count}`)
  }
  closeSync(pictures)
  writeFileSync(
    join(folder, 'made.json'),
    JSON.stringify({ model: options.model, backend: engine.name, opacity }),
  )
  process.stderr.write('\n')
}

type HeldOut = Awaited<ReturnType<typeof openCases>>

async function openCases(folder: string) {
  const source = folderSource(folder)
  const tensors = await openSafetensors(source, 'cases.safetensors')
  const { height, width, captions, pictured } = (await readJson(
    source,
    'cases.json',
  )) as unknown as {
    height: number
    width: number
    captions: string[]
    /** Of each, the frame that its picture is. */
    pictured: number[]
  }
  const read = async (key: string) => {
    const entry = tensors.get(key)
    return (
      entry && {
        values: await readF32(entry),
        each: entry.shape.slice(1).reduce((a, b) => a * b, 1),
      }
    )
  }
  const [cameras, views, noise, image] = await Promise.all(
    ['cameras', 'views', 'noise', 'pictures'].map(read),
  )
  if (!cameras || !views || !noise)
    throw new Error(`${folder}/cases.safetensors: expected cameras, views and noise`)
  const size = { height, width }
  return { count: captions.length, size, captions, pictured, cameras, views, noise, image }
}

/** The scene of case i, made from the noise that belongs to its world. */
async function generateCase(model: Model, cases: HeldOut, i: number) {
  const { engine } = model
  const { height, width } = cases.size
  const part = ({ values, each }: { values: Float32Array; each: number }) =>
    values.subarray(i * each, (i + 1) * each)
  const seeded = seededDraws(i)
  let first: Float32Array | undefined = part(cases.noise)
  const cameras = unpackCameras(part(cases.cameras), cases.size)
  const index = cases.pictured[i]!
  const pixels = cases.image && part(cases.image)
  const packed = await engine.scope(async (engine) => {
    const { gaussians } = await sample(
      engine,
      model,
      {
        embeds: await encodeText(engine, model.textEncoder, model.tokenize(cases.captions[i]!)),
        cameras,
        height,
        width,
        ...(pixels && {
          image: { pixels: engine.upload(pixels, [1, height, width, 3]), index },
        }),
        draws: {
          posterior: seeded.posterior,
          noise(engine, shape) {
            const recorded = first
            first = undefined
            return recorded ? engine.upload(recorded, shape) : seeded.noise(engine, shape)
          },
        },
      },
      { onWork: () => engine.settle() },
    )
    return engine.read(gaussians)
  })
  const gaussians = fromPacked(packed)
  if (pixels && !options.raw && keepsPicture(model.transformer.config)) {
    const seen = { pixels, camera: cameras[index]!, ...cases.size }
    await keepPicture(engine, gaussians, seen, new AbortController().signal)
  }
  return { gaussians, views: unpackCameras(part(cases.views), cases.size), size: cases.size }
}

/** Opacity of the Gaussians that show, by how much they show. */
async function meanOpacity(
  engine: Engine,
  gaussians: Gaussians,
  { views, size }: { views: ReturnType<typeof unpackCameras>; size: HeldOut['size'] },
): Promise<number> {
  const weights = await measureContributions(engine, gaussians, views, size)
  let [sum, total] = [0, 0]
  weights.forEach((weight, i) => {
    sum += weight * gaussians.opacities[i]!
    total += weight
  })
  return sum / total
}
