import { PATH_TEMPLATES } from '@flashworld/camera'
import type { GenerateRequest } from 'flashworld'
import { checkpointDefaults, checkRequest, FlashWorldError } from 'flashworld'
import { checkSceneFiles, nodeImages, readJson, readRequest, sceneEndings } from 'flashworld/node'
import type { Command, Given } from '../command.ts'
import { forceOption, numberOf, UsageError, wholeNumber } from '../command.ts'
import { engineOptions, modelName, modelSource, openModel } from '../model.ts'
import { parseResolution } from '../parse-size.ts'
import type { GenerationRun } from '../run-generation.ts'
import { runGeneration } from '../run-generation.ts'
import { parseTiers, sceneName } from '../scene-options.ts'
import { dash, outputName, readNamed, toOption } from '../standard-streams.ts'

export const generateCommand: Command = {
  name: 'generate',
  summary: 'Makes a scene from a sentence, a photograph or both, along a camera path',
  positionals: '[SENTENCE]',
  options: {
    prompt: { value: 'TEXT', summary: 'the sentence: what the scene shows' },
    image: { value: 'FILE', summary: 'a photograph to start from (PNG, JPEG, WebP)' },
    'image-index': {
      value: 'N',
      summary: 'the frame that the photograph is seen from (default: 0, the first)',
    },
    path: {
      value: 'PATH',
      summary: `camera path, NAME[:AMOUNT] or several with commas between (default: orbit-left): ${PATH_TEMPLATES.map(({ name }) => name).join(', ')}`,
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
    ...toOption(sceneEndings),
    ...forceOption,
    ...engineOptions,
  },
  examples: [
    'npx flashworld generate "a red house beside a green tree" --path orbit-left:40 --out house.spz',
    'npx flashworld generate "a quiet street" --image photo.jpg --resolution 12x128x192',
    'npx flashworld generate --request assets/examples/photograph.json --out lighthouse.spz',
    'npx flashworld generate --request request.json --model /models/flashworld --out scene.ply',
  ],
  async run(given, session) {
    const where = placeOf(given)
    if ('standardOutput' in where) session.output.yieldStandardOutput()
    else await checkSceneFiles(where)
    const asked = await requestOf(given)
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

/** Where the scene goes. @throws UsageError */
function placeOf({ values, switches }: Given): GenerationRun['where'] {
  const name = sceneName(outputName(values.out!, values, sceneEndings))
  const tiers = parseTiers(values.tiers)
  if (values.out !== dash) return { files: [name], tiers, force: switches.has('force') }
  if (tiers.length > 0) throw new UsageError('--tiers: expected a file as --out, got -')
  return { standardOutput: name }
}

/** The sentence, which may stand without its option. @throws UsageError */
function promptOf({ values, positionals }: Given): string | undefined {
  const [sentence, ...more] = positionals
  if (sentence === undefined) return values.prompt
  if (more.length > 0)
    throw new UsageError(
      `generate: expected one sentence, in quotes, got ${positionals.length}: ${positionals.join(' ')}`,
    )
  if (values.prompt !== undefined)
    throw new UsageError(`generate: expected one sentence, got '${sentence}' and --prompt`)
  if (/^\S+\.(png|jpe?g|webp|json)$/i.test(sentence)) {
    const option = sentence.endsWith('.json') ? '--request' : '--image'
    throw new UsageError(
      `generate: expected a sentence, got '${sentence}'; did you mean ${option} ${sentence}?`,
    )
  }
  return sentence
}

async function requestOf(given: Given): Promise<GenerateRequest> {
  const { values } = given
  const prompt = promptOf(given)
  const fromInput = ['image', 'request', 'cameras'].filter((name) => values[name] === dash)
  if (fromInput.length > 1)
    throw new UsageError(`--${fromInput.join(', --')}: expected - for one of them`)
  const fromFile = values.request === undefined ? {} : await readRequest(values.request, readNamed)
  return {
    ...fromFile,
    ...(prompt !== undefined && { prompt }),
    ...(values.image !== undefined && { image: await readNamed(values.image) }),
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
  const value = await readJson(path, readNamed)
  const list = Array.isArray(value) ? value : (value as { cameras?: unknown } | null)?.cameras
  if (Array.isArray(list)) return list
  throw new FlashWorldError(
    'input/unreadable',
    `${path}: expected a list of cameras, or an object with one as its \`cameras\``,
  )
}
