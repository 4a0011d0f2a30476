import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FlashWorld, GenerateRequest, Scene } from 'flashworld'
import { encodeAnimation, encodeContactSheet } from 'flashworld/node'
import type { Command } from '../command.ts'
import { abortOnInterrupt } from '../interrupt.ts'
import { engineOptions, modelName, openModel } from '../model.ts'
import { runGeneration } from '../run-generation.ts'
import { saveFile } from '../save.ts'
import type { WrittenFile } from '../scene-files.ts'

const examples = fileURLToPath(new URL('../../../../assets/examples/', import.meta.url))

/** Frames a second of the preview; the path's frames are few. */
const previewFps = 8

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Makes one scene from a sentence and one from a photograph with the embedded model',
  options: {
    out: { value: 'DIR', summary: 'where the scenes go', default: 'out/demo' },
    ...engineOptions,
  },
  async run(given) {
    const out = given.values.out!
    const signal = abortOnInterrupt()
    console.log('flashworld demo: a sentence, then a photograph, each with a camera path, become 3D scenes.')
    const model = await openModel(given, signal)
    console.log(`The embedded model runs on ${model.engine.name}.\n`)
    try {
      for (const { name, words, request } of await demoRequests()) {
        console.log(words)
        const folder = join(out, name)
        const files = ['scene.ply', 'scene.spz'].map((file) => join(folder, file))
        await runGeneration({
          model,
          modelName: modelName(given.values.model!),
          request,
          files,
          extras: ({ scene }) => savePictures(model, scene, folder),
          json: false,
          signal,
        })
        console.log()
      }
    } finally {
      model.dispose()
    }
    console.log(howToOpen(out))
    return 0
  },
}

interface DemoScene {
  readonly name: string
  readonly words: string
  readonly request: GenerateRequest
}

async function demoRequests(): Promise<DemoScene[]> {
  const prompt = 'a red house on grass at sunset'
  const photograph = new Uint8Array(await readFile(join(examples, 'photograph.png')))
  return [
    {
      name: 'sentence',
      words: `1. "${prompt}", the camera moving around it`,
      request: { prompt, path: 'orbit-left', seed: 1 },
    },
    {
      name: 'photograph',
      words: '2. assets/examples/photograph.png, the camera moving forward into it',
      request: { prompt: '', image: photograph, path: 'dolly-forward', seed: 1 },
    },
  ]
}

/** The scene as its own path sees it: a sheet of stills, and a moving preview there and back. */
async function* savePictures(model: FlashWorld, scene: Scene, folder: string): AsyncGenerator<WrittenFile> {
  const [, height, width] = scene.resolution
  const views = await model.render(scene, scene.cameras, { width, height })
  const save = async (name: string, content: Uint8Array) => {
    const path = join(folder, name)
    return { path, bytes: await saveFile(path, content) }
  }
  yield save('contact-sheet.png', await encodeContactSheet(views, 4))
  yield save('preview.webp', await encodeAnimation([...views, ...views.slice(1, -1).reverse()], previewFps))
}

const howToOpen = (out: string) =>
  [
    `The scenes are in ${relative(process.cwd(), out) || out}/. To look at one:`,
    '  - drop scene.ply onto superspl.at/editor, or scene.spz onto sparkjs.dev/viewer, in a browser',
    '  - or load scene.spz with three.js and Spark in your own page',
    'Your own: npx flashworld generate --prompt "a tall tower by the sea" --path orbit-left:40 --out tower.spz',
  ].join('\n')
