import { PATH_TEMPLATES } from '@flashworld/camera'
import type { GenerateRequest } from 'flashworld'
import { checkpointDefaults, checkRequest, FlashWorldError } from 'flashworld'
import {
  checkSceneFiles,
  nodeImages,
  readInput,
  readJson,
  readRequest,
  sceneEndings,
} from 'flashworld/node'
import type { Command, Given } from '../command.ts'
import { forceOption, numberOf, wholeNumber } from '../command.ts'
import { engineOptions, modelName, modelSource, openModel } from '../model.ts'
import { parseResolution } from '../parse-size.ts'
import { runGeneration } from '../run-generation.ts'
import { parseTiers, sceneName } from '../scene-options.ts'

const templates = PATH_TEMPLATES.map(({ name }) => name).join(', ')

export const generateCommand: Command = {
  name: 'generate',
  summary: 'Makes a scene from a sentence, a photograph or both, along a camera path',
  options: {
    prompt: { value: 'TEXT', summary: 'what the scene shows' },
    image: { value: 'FILE', summary: 'a photograph to start from (PNG, JPEG, WebP)' },
    'image-index': {
      value: 'N',
      summary: 'the frame that the photograph is seen from (default: 0, the first)',
    },
    path: {
      value: 'PATH',
      summary: `camera path, NAME[:AMOUNT] or several with commas between (default: orbit-left): ${templates}`,
    },
    'look-down': {
      value: 'DEG',
      summary:
        "how far below the horizon the first camera looks; a path's turns keep the horizon level (default: the model's; mini: 12)",
    },
    cameras: {
      value: 'FILE',
      summary: 'camera path as JSON: a list of cameras, or a request that has one',
    },
    request: {
      value: 'FILE',
      summary:
        'a whole request as JSON, with the published names or ours; its image may be a file beside it',
    },
    resolution: {
      value: 'NxHxW',
      summary:
        "frames, height and width, sides in multiples of 32 (default: the model's; mini: 12x128x192; upright for an upright photograph)",
    },
    seed: {
      value: 'N',
      summary: 'the same seed gives the same scene (default: a random one, which is printed)',
    },
    out: {
      value: 'FILE',
      summary: `scene file: ${sceneEndings.join(', ')}; house.ply gets a record, house.scene.json`,
      default: 'scene.ply',
    },
    tiers: {
      value: 'LIST',
      summary:
        'also smaller files of the Gaussians that show most, such as 2m,500k,100k: house.500k.ply beside house.ply',
    },
    ...forceOption,
    ...engineOptions,
  },
  examples: [
    'npx flashworld generate --prompt "a red house beside a green tree" --path orbit-left:40 --out house.spz',
    'npx flashworld generate --image photo.jpg --prompt "a quiet street" --resolution 12x128x192',
    'npx flashworld generate --request assets/examples/photograph.json --out lighthouse.spz',
    'npx flashworld generate --request request.json --model /models/flashworld --out scene.ply',
  ],
  async run(given, session) {
    const asked = await requestOf(given)
    const where = {
      files: [sceneName(given.values.out!)],
      tiers: parseTiers(given.values.tiers),
      force: given.switches.has('force'),
    }
    await checkSceneFiles(where)
    const request = await checkBeforeLoading(asked, given.values.model!)
    const model = await openModel(given, session)
    try {
      await runGeneration({
        model,
        modelName: modelName(given.values.model!),
        request,
        where,
        session,
      })
    } finally {
      model.dispose()
    }
    session.output.tell({ type: 'done' })
    return 0
  },
}

/**
 * Finds what is wrong with a request before a model is loaded for it. An upright photograph stands the scene upright,
 * unless a resolution is asked for.
 * @throws what checks and decoder throw
 */
async function checkBeforeLoading(
  request: GenerateRequest,
  model: string,
): Promise<GenerateRequest> {
  const { image, resolution } = checkRequest(request, await checkpointDefaults(modelSource(model)))
  if (!image) return request
  const photograph = await nodeImages.open(image)
  if (request.resolution || photograph.height <= photograph.width) return request
  const [frames, height, width] = resolution
  return { ...request, resolution: [frames, width, height] }
}

async function requestOf({ values }: Given): Promise<GenerateRequest> {
  const fromFile = values.request === undefined ? {} : await readRequest(values.request)
  return {
    ...fromFile,
    ...(values.prompt !== undefined && { prompt: values.prompt }),
    ...(values.image !== undefined && { image: await readInput(values.image) }),
    ...(values['image-index'] !== undefined && {
      imageIndex: wholeNumber('image-index', values['image-index']),
    }),
    ...(values.path !== undefined && { path: values.path }),
    ...(values['look-down'] !== undefined && { lookDown: numberOf(values['look-down']) }),
    ...(values.cameras !== undefined && { cameras: await readCameras(values.cameras) }),
    ...(values.resolution !== undefined && { resolution: parseResolution(values.resolution) }),
    ...(values.seed !== undefined && { seed: wholeNumber('seed', values.seed) }),
  }
}

/** @throws FlashWorldError `input/unreadable` */
async function readCameras(path: string): Promise<readonly unknown[]> {
  const value = await readJson(path)
  const list = Array.isArray(value) ? value : (value as { cameras?: unknown } | null)?.cameras
  if (Array.isArray(list)) return list
  throw new FlashWorldError(
    'input/unreadable',
    `${path}: expected a list of cameras, or an object with one as its \`cameras\``,
  )
}
