import type { StoredPrecision } from '@flashworld/models'

/** A repository of which some files are wanted. */
export interface PublishedPart {
  readonly repository: string
  /** A branch or a commit. */
  readonly revision: string
  /** Files by name. */
  readonly names: readonly string[]
  /** Files without which it works as well. */
  readonly extras?: readonly string[]
  /** Weights as one file or as an index and its shards: names without `.safetensors`. */
  readonly weights?: readonly string[]
  /** Where the hub does not say. */
  readonly licence: string
}

/** A model that can be fetched. */
export interface PublishedModel {
  readonly name: string
  readonly summary: string
  readonly parts: readonly PublishedPart[]
  /** Of all its files, about. */
  readonly bytes: number
  /** By precision, about: in its own folder, and of the device while it makes a scene. */
  readonly needs: Readonly<
    Record<StoredPrecision, { readonly disk: number; readonly device: number }>
  >
}

const GiB = 2 ** 30

const flashworld: PublishedModel = {
  name: 'flashworld',
  summary: 'FlashWorld as published: photographs, 24 x 480 x 704',
  parts: [
    {
      repository: 'imlixinyang/FlashWorld',
      revision: '6a8e88c6f88678ac098e4c82675f0aee555d6e5d',
      names: ['model.ckpt'],
      licence: 'not stated',
    },
    {
      repository: 'Wan-AI/Wan2.2-TI2V-5B-Diffusers',
      revision: 'main',
      // its transformer is what the checkpoint replaces
      names: [
        'vae/config.json',
        'text_encoder/config.json',
        'tokenizer/tokenizer.json',
        'tokenizer/tokenizer_config.json',
        'transformer/config.json',
      ],
      extras: [
        'scheduler/scheduler_config.json',
        'tokenizer/special_tokens_map.json',
        'tokenizer/spiece.model',
      ],
      weights: ['vae/diffusion_pytorch_model', 'text_encoder/model'],
      licence: 'apache-2.0',
    },
  ],
  bytes: 46.5e9,
  needs: {
    int8: { disk: 17.1e9, device: 14.7 * GiB },
    e4m3: { disk: 19.1e9, device: 21.1 * GiB },
    f16: { disk: 24.0e9, device: 21.1 * GiB },
    f32: { disk: 43.9e9, device: 49 * GiB },
  },
}

/** The models that can be fetched, by name. */
export const publishedModels: ReadonlyMap<string, PublishedModel> = new Map([
  [flashworld.name, flashworld],
])
