import type { ModelConfigs } from '@flashworld/models'

/** Channels of the features between transformer and reconstruction decoder. */
export const publishedFeatures = 1024

const latentChannels = 48

/**
 * The sizes of the published model, as its `config.json` files give them. The latents' statistics are left at 0 and 1:
 * they belong to its weights.
 */
export const publishedConfigs: ModelConfigs = {
  textEncoder: {
    vocab_size: 256384,
    d_model: 4096,
    d_kv: 64,
    d_ff: 10240,
    num_layers: 24,
    num_heads: 64,
    relative_attention_num_buckets: 32,
    relative_attention_max_distance: 128,
    feed_forward_proj: 'gated-gelu',
    layer_norm_epsilon: 1e-6,
  },
  vae: {
    base_dim: 160,
    decoder_base_dim: 256,
    z_dim: latentChannels,
    dim_mult: [1, 2, 4, 4],
    num_res_blocks: 2,
    attn_scales: [],
    temperal_downsample: [false, true, true],
    is_residual: true,
    in_channels: 12,
    patch_size: 2,
    latents_mean: Array.from({ length: latentChannels }, () => 0),
    latents_std: Array.from({ length: latentChannels }, () => 1),
  },
  transformer: {
    patch_size: [1, 2, 2],
    num_attention_heads: 24,
    attention_head_dim: 128,
    in_channels: latentChannels,
    out_channels: latentChannels,
    text_dim: 4096,
    freq_dim: 256,
    ffn_dim: 14336,
    num_layers: 30,
    cross_attn_norm: true,
    qk_norm: 'rms_norm_across_heads',
    eps: 1e-6,
  },
}
