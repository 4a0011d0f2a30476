import { describe, expect, test } from 'vitest'
import { tinyCheckpoint } from '../../test/golden.ts'
import { umt5Config } from '../umt5/config.ts'
import { featureChannels, wanTransformerConfig } from '../wan-transformer/config.ts'
import { wanVaeConfig } from '../wan-vae/config.ts'

const { configs, transformer, reconDecoder } = tinyCheckpoint

describe('configs', () => {
  test('of the tiny checkpoint', () => {
    expect(umt5Config(configs.textEncoder)).toMatchObject({
      width: 32,
      heads: 4,
      headSize: 8,
      layers: 2,
    })
    expect(wanVaeConfig(configs.vae)).toMatchObject({
      encoderWidths: [8, 8, 16, 32, 32],
      decoderWidths: [32, 32, 32, 16, 8],
      halvesTime: [false, true, true],
    })
    expect(featureChannels(configs.transformer, transformer)).toBe(16)
    expect(wanTransformerConfig(configs.transformer, 16)).toMatchObject({
      patch: 2,
      heads: 2,
      headSize: 32,
    })
  })

  test.each([
    [
      'a number',
      () => umt5Config({ ...configs.textEncoder, d_model: '32' }),
      'd_model: expected a whole number',
    ],
    [
      'a choice',
      () => umt5Config({ ...configs.textEncoder, feed_forward_proj: 'relu' }),
      '"gated-gelu", got "relu"',
    ],
    [
      'an eps',
      () => umt5Config({ ...configs.textEncoder, layer_norm_epsilon: 0 }),
      'a number above 0, got 0',
    ],
    ['widths', () => wanVaeConfig({ ...configs.vae, dim_mult: [] }), 'dim_mult'],
    [
      'flags',
      () => wanVaeConfig({ ...configs.vae, temperal_downsample: [true] }),
      '3 booleans, got [true]',
    ],
    [
      'statistics',
      () => wanVaeConfig({ ...configs.vae, latents_std: [1, null] }),
      'latents_std: expected 8 numbers',
    ],
    [
      'a patch',
      () => wanTransformerConfig({ ...configs.transformer, patch_size: [2, 2, 2] }, 16),
      'patch_size',
    ],
    [
      'nothing',
      () => wanTransformerConfig({}, 16),
      'in_channels: expected a whole number above 0, got nothing',
    ],
  ])('that lack %s are refused', (_name, read, message) => {
    expect(read).toThrow(expect.objectContaining({ code: 'weights/config' }) as Error)
    expect(read).toThrow(message)
  })

  test('a checkpoint without room for features is refused', () => {
    const json = { ...configs.transformer, in_channels: 16 }
    expect(() => featureChannels(json, transformer)).toThrow(
      'expected channels for features, got 46 in all',
    )
    expect(() => featureChannels(configs.transformer, reconDecoder)).toThrow(
      "no tensor 'patch_embedding.weight'",
    )
  })
})
