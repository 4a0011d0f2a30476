import type { WeightSource } from '@flashworld/models'
import { folderSource } from '../files.ts'

/** Where files were published, and as of which commit. */
export interface Publication {
  /** Of the hub, such as `Wan-AI/Wan2.2-TI2V-5B-Diffusers`. */
  readonly repository: string
  /** The commit, 40 hexadecimal digits. */
  readonly revision: string
}

/** One published file as it lies on this disk. */
export interface PublishedFile {
  /** Where it is; in the hub's cache a link to the content. */
  readonly path: string
  readonly bytes: number
  /** As the hub names its content: SHA-256 in hexadecimal; absent for small files, and for files that somebody named. */
  readonly sha256?: string
  /** Absent for files that somebody named. */
  readonly from?: Publication
}

/**
 * The published model on this disk, each file by its name in the hub's layout: `model.ckpt`, `vae/config.json`,
 * `vae/diffusion_pytorch_model.safetensors`, `text_encoder/model.safetensors` or its index and shards,
 * `tokenizer/tokenizer.json`, `transformer/config.json`, `scheduler/scheduler_config.json`.
 */
export interface PublishedFiles {
  /** What requests and records call the model. */
  readonly name: string
  readonly files: ReadonlyMap<string, PublishedFile>
}

/**
 * The files as the one folder that they would be, wherever each lies.
 * @example
 * ```ts shown
 * import { loadFlashWorld } from 'flashworld'
 * import {
 *   cachedFiles,
 *   hubSettings,
 *   nodeImages,
 *   openEngine,
 *   publishedModels,
 *   publishedSource,
 * } from 'flashworld/node'
 *
 * const files = await cachedFiles(publishedModels.get('flashworld')!, hubSettings().cache)
 * using engine = await openEngine({ backend: 'webgpu', precision: 'f16' })
 * using world = await loadFlashWorld({ engine, source: publishedSource(files), images: nodeImages })
 * ```
 */
export function publishedSource({ name, files }: PublishedFiles): WeightSource {
  const disk = folderSource('')
  const placeOf = (path: string) => files.get(path)?.path
  return {
    name,
    async size(path) {
      const place = placeOf(path)
      return place === undefined ? undefined : disk.size(place)
    },
    async read(path, start, end) {
      const place = placeOf(path)
      return place === undefined ? new Uint8Array(0) : disk.read(place, start, end)
    },
  }
}
