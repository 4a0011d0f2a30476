"""The set of networks, fresh or from files, and how their weights are written."""
import json
import os
import shutil

import torch

import config as C
import nets
import nets.hub as hub
from padding import suppress_padding

LIVE = ('recon', 'dit', 'text')


def build(vae, text, device, rows, real):
    """Networks by name for a start: `vae` and `text` trained, rows [N, TD] and real [N]: what the text encoder makes of
    some captions, and which of them are words."""
    m = dict(vae=vae, recon=nets.Recon(), dit=nets.DiT(), text=text)
    torch.nn.init.normal_(m['dit'].condition_embedder.time_proj.weight, std=.02)
    pass_noise(m['dit'])
    m = {k: v.to(device) for k, v in m.items()}
    nets.init_from_vae(m['recon'], vae)
    m['recon'].to(memory_format=torch.channels_last)
    suppress_padding(m['dit'], rows, real)
    return m


@torch.no_grad()
def pass_noise(dit):
    """A start in which the velocity is the noisy latents themselves: most of it is their noise, and a transformer that has
    to find a way for 4 Z numbers through its blocks and back has little left for the scene."""
    p, o = dit.patch_embedding, dit.proj_out
    o.weight.mul_(.5)
    way = torch.nn.init.orthogonal_(torch.empty(C.width(), 4 * C.Z)).unflatten(1, (C.Z, 2, 2))
    p.weight[:, :C.Z, 0] = way
    o.weight.unflatten(0, (2, 2, -1))[:, :, :C.Z] = .7 * way.permute(2, 3, 1, 0)


@torch.no_grad()
def measure_again(m, pictures):
    """Takes the deviations of the latents of pictures [B, 3, H, W]; the transformer's first layer makes up for it in what it is conditioned
    on."""
    vae, w = m['vae'], m['dit'].patch_embedding.weight
    std = vae.measure(pictures)[1]
    for first in (C.Z + 6, C.Z + 6 + C.Z + C.FEAT):
        w[:, first:first + C.Z] *= (std / vae.std)[..., None]
    vae.std.copy_(std)


def state(m):
    """All weights on the host, as {network: {name: tensor}}."""
    return {k: {n: v.detach().cpu() for n, v in net.state_dict().items()} for k, net in m.items()}


def half(sd):
    return {k: v.half().contiguous() for k, v in sd.items()}


def export(weights, tokenizer, out):
    """{network: state} -> a checkpoint in the hub's layout, all weights f16."""
    from safetensors.torch import save_file
    for d in ('vae', 'transformer', 'text_encoder', 'scheduler'):
        os.makedirs(os.path.join(out, d), exist_ok=True)
    for path, content in configs(weights['vae']).items():
        with open(os.path.join(out, path), 'w') as f:
            json.dump(content, f, indent=1)
    shutil.copytree(tokenizer, os.path.join(out, 'tokenizer'), dirs_exist_ok=True)
    save_file(half(hub.to_hub(weights['vae'], True)), os.path.join(out, 'vae/diffusion_pytorch_model.safetensors'))
    save_file(half(weights['text']), os.path.join(out, 'text_encoder/model.safetensors'))
    torch.save({'transformer': half(weights['dit']), 'recon_decoder': half(hub.to_hub(weights['recon'], False))},
               os.path.join(out, 'model.ckpt'))


def configs(vae):
    """The hub's config files."""
    flat = lambda t: [float(x) for x in t.flatten()]
    return {
        'vae/config.json': dict(
            _class_name='AutoencoderKLWan', base_dim=C.BASE, decoder_base_dim=C.DBASE, z_dim=C.Z, dim_mult=list(C.MULT),
            num_res_blocks=C.NRES, attn_scales=[], temperal_downsample=list(C.TDOWN), is_residual=True, in_channels=12,
            out_channels=12, patch_size=2, scale_factor_temporal=4, scale_factor_spatial=16,
            latents_mean=flat(vae['mean']), latents_std=flat(vae['std']), clip_output=False),
        'transformer/config.json': dict(
            _class_name='WanTransformer3DModel', patch_size=[1, 2, 2], num_attention_heads=C.HEADS,
            attention_head_dim=C.HD, in_channels=C.Z, out_channels=C.Z, text_dim=C.TD, freq_dim=C.FREQ, ffn_dim=C.FFN,
            num_layers=C.LAYERS, cross_attn_norm=True, qk_norm='rms_norm_across_heads', eps=1e-6, image_dim=None,
            added_kv_proj_dim=None, rope_max_seq_len=1024, pos_embed_seq_len=None),
        'text_encoder/config.json': dict(
            model_type='umt5', architectures=['UMT5EncoderModel'], is_gated_act=True, dense_act_fn='gelu_new',
            tie_word_embeddings=False, vocab_size=C.VOCAB, d_model=C.TD, d_kv=C.TKV, d_ff=C.TFF, num_layers=C.TL,
            num_heads=C.TH, relative_attention_num_buckets=32, relative_attention_max_distance=128, dropout_rate=0.0,
            feed_forward_proj='gated-gelu', layer_norm_epsilon=1e-6),
        'scheduler/scheduler_config.json': dict(
            _class_name='UniPCMultistepScheduler', num_train_timesteps=1000, flow_shift=5.0,
            prediction_type='flow_prediction', use_flow_sigmas=True)}


def load(folder, device='cpu'):
    """A checkpoint in the hub's layout -> networks in f32. Its sizes become config's."""
    from safetensors.torch import load_file
    C.adopt(folder)
    with open(os.path.join(folder, 'vae/config.json')) as f:
        vc = json.load(f)
    vae = hub.from_hub(load_file(os.path.join(folder, 'vae/diffusion_pytorch_model.safetensors')))
    vae |= {k: torch.tensor(vc['latents_' + k])[:, None, None] for k in ('mean', 'std')}
    ck = torch.load(os.path.join(folder, 'model.ckpt'), map_location='cpu')
    C.FEAT = ck['transformer']['proj_out.weight'].shape[0] // 4 - C.Z  # the one size that no config file has
    text = load_file(os.path.join(folder, 'text_encoder/model.safetensors'))
    return restore(dict(vae=vae, recon=hub.from_hub(ck['recon_decoder']), dit=ck['transformer'], text=text), device)


def restore(weights, device):
    """{network: state} -> networks in f32, frozen."""
    m = dict(vae=nets.VAE(), recon=nets.Recon(), dit=nets.DiT(), text=nets.TextEncoder())
    if not any(n.startswith('decoder.') for n in weights['vae']):  # the embedded model: pictures are only encoded
        m['vae'].decoder = m['vae'].post_quant_conv = None
    for k, net in m.items():
        net.load_state_dict({n: v.float() for n, v in weights[k].items()})
        net.to(device).eval().requires_grad_(False)
    return m
