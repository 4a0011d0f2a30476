import { PATH_TEMPLATES } from '@flashworld/camera'
import type { CheckedRequest, FlashWorld, GenerateRequest } from 'flashworld'
import { anchorCameras, checkpointDefaults, checkRequest } from 'flashworld'
import {
  checkSceneFiles,
  estimateSeconds,
  nodeImages,
  readRequest,
  sceneEndings,
} from 'flashworld/node'
import type { Command, Given } from '../command.ts'
import { forceOption, numberOf, UsageError, wholeNumber } from '../command.ts'
import { readGivenCameras } from '../given-cameras.ts'
import { engineOptions, findModel, openModel, parsePrecision, parseThreads } from '../model.ts'
import type { Output } from '../output.ts'
import { parseResolution } from '../parse-size.ts'
import type { GenerationRun } from '../run-generation.ts'
import { noteWarnings, runGeneration } from '../run-generation.ts'
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
      summary:
        'camera path from a file or folder: trajectory or request JSON, glTF, COLMAP, transforms.json, 3DGS cameras.json, camera track, RealEstate10K',
    },
    request: {
      value: 'FILE',
      summary:
        "a whole request as JSON, with the published names or ours, its image a file beside it; or a scene's record, house.scene.json",
    },
    fov: {
      value: 'DEG',
      summary: 'field of view along the longer side of cameras without intrinsics (default 60)',
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
    const { name, source } = await findModel(given, session)
    const { asked, notes } = await requestOf(given, name)
    const defaults = await checkpointDefaults(source)
    const request = await checkRequest(asked, { defaults, images: nodeImages })
    for (const note of notes) session.output.note(note)
    noteWarnings(request, session.output)
    const precision = request.precision ?? undefined
    const model = await openModel({ ...given, values: { ...given.values, precision } }, session)
    try {
      noteTime(given, model, request, session.output)
      await runGeneration({ model, request, where, session })
    } finally {
      model.dispose()
    }
    session.output.tell({ type: 'done' })
    return 0
  },
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

interface Asked {
  readonly asked: GenerateRequest
  /** What was assumed about files. */
  readonly notes: readonly string[]
}

/** The request of a file, if there is one, with what the options change of it. */
async function requestOf(given: Given, model: string): Promise<Asked> {
  const { values } = given
  const fromInput = ['image', 'request', 'cameras'].filter((name) => values[name] === dash)
  if (fromInput.length > 1)
    throw new UsageError(`--${fromInput.join(', --')}: expected - for one of them`)
  const changes = await changesOf(given, model)
  const fromFile = values.request === undefined ? {} : await readRequest(values.request, readNamed)
  if (values.fov !== undefined && values.cameras === undefined)
    throw new UsageError('--fov: expected --cameras for it, a file of poses without intrinsics')
  const trajectory =
    values.cameras === undefined
      ? undefined
      : await readGivenCameras(values.cameras, {
          image: changes.image ?? fromFile.image,
          resolution: changes.resolution ?? fromFile.resolution,
          fov: values.fov,
        })
  const keepsPictures = changes.resolution === undefined && changes.image === undefined
  // cameras in the pixels of the file's own pictures stay so
  const kept = keepsPictures ? fromFile : await anchorCameras(fromFile, nodeImages)
  const { cameras, path, lookDown, ...rest } = kept
  return {
    asked: {
      ...rest,
      // one way of telling the path replaces the other
      ...(changes.path === undefined && { cameras }),
      ...(!trajectory && { path, lookDown }),
      ...changes,
      ...(trajectory && { cameras: trajectory.cameras }),
    },
    notes: trajectory?.notes.map((note) => `${values.cameras}: ${note}`) ?? [],
  }
}

async function changesOf(given: Given, model: string): Promise<GenerateRequest> {
  const { values } = given
  const prompt = promptOf(given)
  return {
    ...(prompt !== undefined && { prompt }),
    ...(values.image !== undefined && { image: await readNamed(values.image) }),
    ...(values['image-index'] !== undefined && {
      imageIndex: wholeNumber('image-index', values['image-index']),
    }),
    ...(values.path !== undefined && { path: values.path }),
    ...(values['look-down'] !== undefined && { lookDown: numberOf(values['look-down']) }),
    ...(values.resolution !== undefined && { resolution: parseResolution(values.resolution) }),
    ...(values.seed !== undefined && { seed: wholeNumber('seed', values.seed) }),
    ...(values.precision !== undefined && { precision: parsePrecision(values.precision) }),
    // a model that is named here replaces the one that a request or a record names
    ...(values.model !== 'mini' && { model }),
  }
}

/** Below this, nobody needs to be told. */
const longSeconds = 20

/** Says how long the scene will take, where that is long and known. */
function noteTime({ values }: Given, model: FlashWorld, request: CheckedRequest, output: Output) {
  const threads = values.threads === undefined ? undefined : parseThreads(values.threads)
  const { engine, defaults } = model
  const seconds = estimateSeconds(engine, defaults, request.resolution, threads)
  if (seconds === undefined || seconds < longSeconds) return
  const message = `${request.resolution.join(' x ')} takes about ${inWords(seconds)} on ${engine.name}`
  output.note(message)
}

const inWords = (seconds: number) =>
  seconds < 90 ? `${Math.round(seconds / 10) * 10} s` : `${Math.round(seconds / 60)} minutes`
