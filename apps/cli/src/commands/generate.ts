import { PATH_TEMPLATES } from '@flashworld/camera'
import type { CheckedRequest, FlashWorld, GenerateRequest } from 'flashworld'
import { anchorCameras, checkpointDefaults, checkRequest } from 'flashworld'
import {
  checkSceneFiles,
  estimateSeconds,
  nodeImages,
  readInput,
  readRequest,
  sceneEndings,
} from 'flashworld/node'
import type { Command, Given } from '../command.ts'
import { forceOption, numberOf, wholeNumber } from '../command.ts'
import {
  engineOptions,
  modelName,
  modelSource,
  openModel,
  parsePrecision,
  parseThreads,
} from '../model.ts'
import type { Output } from '../output.ts'
import { parseResolution } from '../parse-size.ts'
import { readTrajectoryFile } from '../read-trajectory-file.ts'
import { noteWarnings, runGeneration } from '../run-generation.ts'
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
      summary:
        'camera path: a trajectory, 3DGS cameras.json, glTF, COLMAP folder, or a request or record that has one',
    },
    request: {
      value: 'FILE',
      summary:
        "a whole request as JSON, with the published names or ours, its image a file beside it; or a scene's record, house.scene.json",
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
    const { asked, notes } = await requestOf(given)
    const where = {
      files: [sceneName(given.values.out!)],
      tiers: parseTiers(given.values.tiers),
      force: given.switches.has('force'),
    }
    await checkSceneFiles(where)
    const defaults = await checkpointDefaults(modelSource(given.values.model!))
    const request = await checkRequest(asked, { defaults, images: nodeImages })
    for (const note of notes) session.output.tell({ type: 'note', message: note }, `note: ${note}`)
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

interface Asked {
  readonly asked: GenerateRequest
  /** What was assumed about files. */
  readonly notes: readonly string[]
}

/** The request of a file, if there is one, with what the options change of it. */
async function requestOf(given: Given): Promise<Asked> {
  const { values } = given
  const changes = await changesOf(given)
  const trajectory =
    values.cameras === undefined ? undefined : await readTrajectoryFile(values.cameras)
  const fromFile = values.request === undefined ? {} : await readRequest(values.request)
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

async function changesOf({ values }: Given): Promise<GenerateRequest> {
  return {
    ...(values.prompt !== undefined && { prompt: values.prompt }),
    ...(values.image !== undefined && { image: await readInput(values.image) }),
    ...(values['image-index'] !== undefined && {
      imageIndex: wholeNumber('image-index', values['image-index']),
    }),
    ...(values.path !== undefined && { path: values.path }),
    ...(values['look-down'] !== undefined && { lookDown: numberOf(values['look-down']) }),
    ...(values.resolution !== undefined && { resolution: parseResolution(values.resolution) }),
    ...(values.seed !== undefined && { seed: wholeNumber('seed', values.seed) }),
    ...(values.precision !== undefined && { precision: parsePrecision(values.precision) }),
    // a model that is named here replaces the one that a request or a record names
    ...(values.model !== 'mini' && { model: modelName(values.model!) }),
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
  output.tell({ type: 'note', message }, `note: ${message}`)
}

const inWords = (seconds: number) =>
  seconds < 90 ? `${Math.round(seconds / 10) * 10} s` : `${Math.round(seconds / 60)} minutes`
