import { dirname, join, relative } from 'node:path'
import type { FlashWorld, GenerateRequest, Scene } from 'flashworld'
import type { WrittenFile } from 'flashworld/node'
import {
  checkSceneFiles,
  embeddedExamples,
  encodeAnimation,
  encodeContactSheet,
  readInput,
  saveFile,
} from 'flashworld/node'
import type { Command } from '../command.ts'
import { engineOptions, openModel } from '../model.ts'
import { runGeneration } from '../run-generation.ts'

/** Frames a second of the preview; the path's frames are few. */
const previewFps = 8

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Makes one scene from a sentence and one from a photograph with the embedded model',
  options: {
    out: { value: 'DIR', summary: 'where the scenes go', default: 'out/demo' },
    ...engineOptions,
  },
  async run(given, session) {
    const { output } = session
    const out = given.values.out!
    const scenes = await demoScenes(out)
    for (const { files } of scenes) await checkSceneFiles({ files, force: true })
    output.say(
      'flashworld demo: a sentence, then a photograph, each with a camera path, become 3D scenes.',
    )
    output.say('On two CPU cores that takes some ten seconds; Ctrl-C stops it.')
    const model = await openModel(given, session)
    output.say(`The embedded model runs on ${model.engine.name}.`)
    if (model.engine.kind !== 'webgpu')
      output.say('With a GPU it is faster: `npx flashworld doctor` tells what this machine has.')
    output.say('')
    try {
      for (const { words, request, files } of scenes) {
        output.say(words)
        await runGeneration({
          model,
          request: await model.checkRequest(request),
          where: { files, force: true },
          extras: (scene) => savePictures(model, scene, dirname(files[0]!)),
          session,
        })
        output.say('')
      }
    } finally {
      model.dispose()
    }
    output.say(howToOpen(out))
    output.tell({ type: 'done' })
    return 0
  },
}

interface DemoScene {
  readonly words: string
  readonly request: GenerateRequest
  /** Where it goes. */
  readonly files: readonly string[]
}

async function demoScenes(out: string): Promise<DemoScene[]> {
  const prompt = 'a red house beside a green tree on grass at sunset'
  const image = await readInput(join(embeddedExamples(), 'photograph.png'))
  const filesOf = (name: string) => ['scene.ply', 'scene.spz'].map((file) => join(out, name, file))
  return [
    {
      words: `1. "${prompt}", the camera moving around it`,
      request: { prompt, path: 'orbit-left', seed: 1 },
      files: filesOf('sentence'),
    },
    {
      words: '2. a photograph, the camera moving around it',
      request: { prompt: '', image, path: 'orbit-left:30', seed: 1 },
      files: filesOf('photograph'),
    },
  ]
}

/** The scene as its own path sees it: a sheet of stills, and a moving preview there and back. */
async function* savePictures(
  model: FlashWorld,
  scene: Scene,
  folder: string,
): AsyncGenerator<WrittenFile> {
  const [, height, width] = scene.resolution
  const views = await model.render(scene, scene.cameras, { width, height })
  const save = async (name: string, content: Uint8Array) => {
    const path = join(folder, name)
    return { path, bytes: await saveFile(path, content) }
  }
  yield save('contact-sheet.png', await encodeContactSheet(views, 4))
  yield save(
    'preview.webp',
    await encodeAnimation([...views, ...views.slice(1, -1).reverse()], previewFps),
  )
}

function howToOpen(out: string): string {
  const place = relative(process.cwd(), out) || out
  return [
    `Each scene has a folder in ${place}/, with`,
    '  contact-sheet.png  twelve views along its path: the quickest look, in any picture viewer',
    '  preview.webp       the camera moving: open it in a browser',
    '  scene.spz          the scene: drop it onto sparkjs.dev/viewer, or load it with three.js and Spark in your own page',
    '  scene.ply          the same, exact: drop it onto superspl.at/editor',
    '  scene.scene.json   its record: request, seed, cameras',
    '',
    'To walk around in one without the network, make a page with a viewer of it, and open that in a browser:',
    `  npx flashworld convert ${join(place, 'sentence', 'scene.spz')} house.html`,
    'To make your own:',
    '  npx flashworld generate --prompt "a tall tower by the sea" --path orbit-left:40 --out tower.spz',
    'Or in a browser, and for other programs, at localhost:7860:',
    '  npx flashworld serve',
  ].join('\n')
}
