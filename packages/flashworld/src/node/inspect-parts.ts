import { basename } from 'node:path'
import { openCheckpoint } from '@flashworld/models'
import { checkpointDefaults } from '../known-models.ts'
import { loadSharp } from './load-sharp.ts'
import { publishedModels } from './models/known-models.ts'
import { locateModel } from './models/locate-model.ts'
import { loadSplatTransform } from './splat-transform.ts'

/** What `doctor` tells about a package or a model. */
export interface PartReport {
  readonly name: string
  readonly available: boolean
  /** What it is for, or what is in it; what is wrong where it is not available. */
  readonly description: string
  /** What to do about it. */
  readonly advice: readonly string[]
}

interface Package {
  readonly name: string
  readonly purpose: string
  /** As `npm install` takes it. */
  readonly install: string
  readonly load: () => Promise<unknown>
}

// not known to the compiler: it may be missing
const webCodecs: string = '@napi-rs/webcodecs'

const packages: readonly Package[] = [
  {
    name: 'sharp',
    purpose: 'reads photographs, writes PNG and WebP',
    install: 'sharp',
    load: loadSharp,
  },
  {
    name: 'mediabunny',
    purpose: 'MP4 films',
    install: 'mediabunny@1',
    load: () => import('mediabunny'),
  },
  {
    name: webCodecs,
    purpose: 'the encoder of MP4 films',
    install: '@napi-rs/webcodecs@1.3',
    load: () => import(webCodecs),
  },
  {
    name: '@playcanvas/splat-transform',
    purpose: 'SOG, compressed PLY, HTML and ksplat files',
    install: '@playcanvas/splat-transform playcanvas',
    load: () => loadSplatTransform(),
  },
]

/**
 * The packages that some of the work needs, loaded to see whether they work.
 * @example
 * ```ts
 * import { inspectPackages } from 'flashworld/node'
 *
 * for (const { name, available, advice } of await inspectPackages())
 *   console.log(name, available ? 'is there' : advice[0])
 * ```
 */
export const inspectPackages = (): Promise<PartReport[]> =>
  Promise.all(
    packages.map(async ({ name, purpose, install, load }) => {
      const available = await load().then(
        () => true,
        () => false,
      )
      const advice = available ? [] : [`npm install ${install}`]
      return { name, available, description: purpose, advice }
    }),
  )

/**
 * A model by what people call it: whether all of its files are there, by their heads.
 * @example
 * ```ts
 * import { inspectModel } from 'flashworld/node'
 *
 * const { available, description, advice } = await inspectModel('mini')
 * console.log(available, description, ...advice)
 * ```
 */
export async function inspectModel(asked: string): Promise<PartReport> {
  try {
    const { name, source } = await locateModel(asked)
    const [checkpoint, { resolution }] = await Promise.all([
      openCheckpoint(source),
      checkpointDefaults(source),
    ])
    const { textEncoder, vae, transformer, reconDecoder } = checkpoint
    const tensors = [textEncoder, vae, transformer, reconDecoder].flatMap((table) => [
      ...table.tensors.values(),
    ])
    const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    const description = `${inWords(parameters)} parameters, scenes of ${resolution.join(' x ')}`
    return { name, available: true, description, advice: [] }
  } catch (error) {
    const isKnown = publishedModels.has(asked)
    return {
      name: basename(asked),
      available: false,
      description: (error as Error).message,
      advice: [
        isKnown
          ? `npx flashworld models pull ${asked}`
          : 'a model is a folder with model.ckpt of FlashWorld beside vae, text_encoder, tokenizer, transformer and scheduler of Wan2.2-TI2V-5B-Diffusers',
      ],
    }
  }
}

const inWords = (count: number) =>
  count < 1e9 ? `${(count / 1e6).toFixed(0)} million` : `${(count / 1e9).toFixed(1)} billion`
