import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import type { Camera } from '@flashworld/camera'
import { lensFromFov } from '@flashworld/camera'
import type { AnyWriteOptions, Axes, Gaussians } from '@flashworld/splats'
import { FORMATS, formatByName, SplatsError } from '@flashworld/splats'
import { gzipBlocks } from './gzip-blocks.ts'
import type { TransformOutput } from './splat-transform.ts'
import { transformAxes, transformOutputs, writeWithSplatTransform } from './splat-transform.ts'

/** The endings of all files that a scene can be written as. */
export const sceneEndings: readonly string[] = [
  ...FORMATS.filter(({ write }) => write).flatMap(({ extensions }) => extensions),
  ...transformOutputs,
]

/** How clouds become files of one format. */
export interface SceneOutput {
  readonly format: string
  /** Where the file's axes point. */
  readonly axes: Axes
  write(gaussians: Gaussians, options?: SceneWriteOptions): AsyncIterable<Uint8Array>
}

/** The unit of a file, and where its viewer starts. */
export interface SceneWriteOptions {
  /** Factor on positions and scales; default 1. */
  readonly scale?: number
  /** Where an HTML viewer starts, in the cloud's frame and the file's unit; default the origin, looking along -z. */
  readonly camera?: Camera
}

/** Gaussians that several threads compress. Fewer take a second, and are the bytes that every platform writes. */
const manyForThreads = 500_000

/** What only some formats know, without what this platform brings. */
type OwnWriteOptions = Omit<AnyWriteOptions, 'scale' | 'gzip' | 'zstd'>

const firstCamera: Camera = {
  rotation: [1, 0, 0, 0],
  position: [0, 0, 0],
  ...lensFromFov({ width: 16, height: 9 }),
}

/**
 * How a scene is written to a file, by the ending of its name.
 * @param options axes other than the format's habitual ones, and what only some formats know
 * @throws SplatsError `splats/unknown-format`, when the format has no writer
 * @example
 * ```ts
 * import { readScene, saveFile, sceneOutput } from 'flashworld/node'
 *
 * const { gaussians } = await readScene('house.spz')
 * const output = sceneOutput('house.glb')
 * await saveFile('house.glb', output.write(gaussians))
 * console.log(output.format, output.axes)
 * ```
 */
export function sceneOutput(path: string, options: OwnWriteOptions = {}): SceneOutput {
  const name = path.toLowerCase()
  if (!sceneEndings.some((ending) => name.endsWith(ending))) {
    throw new SplatsError(
      'splats/unknown-format',
      `${path}: expected a name that ends in ${sceneEndings.join(', ')}`,
    )
  }
  const foreign = transformOutputs.find((ending) => name.endsWith(ending))
  return foreign ? transformOutput(foreign, options) : ownOutput(path, options)
}

function ownOutput(path: string, options: OwnWriteOptions): SceneOutput {
  const { name, axes, write } = formatByName(path)
  return {
    format: name,
    axes: options.axes ?? axes,
    write: (gaussians, { scale = 1 } = {}) =>
      write!(gaussians, {
        ...options,
        scale,
        ...(gaussians.count >= manyForThreads && { gzip: gzipBlocks }),
        zstd: promisify(zstdCompress),
      }),
  }
}

function transformOutput(
  output: TransformOutput,
  { axes: asked, onNote }: Pick<AnyWriteOptions, 'axes' | 'onNote'>,
): SceneOutput {
  const axes = asked ?? transformAxes[output]
  return {
    format: output.slice(1),
    axes,
    async *write(gaussians, { scale, camera = firstCamera } = {}) {
      yield await writeWithSplatTransform(gaussians, { output, axes, scale, camera, onNote })
    },
  }
}
