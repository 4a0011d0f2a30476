"""Sizes of the embedded model: the published architecture with small widths."""
import json
import os

Z = 24            # latent channels
FEAT = 64         # feature channels of a latent pixel
BASE = 24         # VAE encoder width
DBASE = 24        # VAE decoder and recon decoder width
MULT = (1, 2, 4, 4)
TDOWN = (False, True, True)
NRES = 1
HEADS, HD = 6, 48
FFN = 1024
LAYERS = 8
TD, TKV, TH, TFF, TL = 192, 32, 6, 384, 3
VOCAB = 1400
FREQ = 256
TEXT_ROWS = 512   # rows that the transformer attends to (zeros past the sentence)
TEXT_LEN = 48     # rows computed in training: the last one stands for all the zero rows
STEPS = (0, 250, 500, 750)


def width():
    """Channels of the transformer."""
    return HEADS * HD


def sigma(i, n=1000, shift=3.0):
    """Noise level of training step i out of n."""
    s = (n - i) / n
    return shift * s / (1 + (shift - 1) * s)


SIGMAS = tuple(sigma(i) for i in STEPS)


def adopt(folder):
    """Takes the sizes from a checkpoint in the hub's layout. Call before any network is built."""
    def read(path):
        with open(os.path.join(folder, path)) as f:
            return json.load(f)
    vae, dit, text = (read(f'{p}/config.json') for p in ('vae', 'transformer', 'text_encoder'))
    globals().update(
        Z=vae['z_dim'], BASE=vae['base_dim'], DBASE=vae['decoder_base_dim'],
        MULT=tuple(vae['dim_mult']), TDOWN=tuple(vae['temperal_downsample']),
        NRES=vae['num_res_blocks'], HEADS=dit['num_attention_heads'],
        HD=dit['attention_head_dim'], FFN=dit['ffn_dim'], LAYERS=dit['num_layers'],
        FREQ=dit['freq_dim'], TD=text['d_model'], TKV=text['d_kv'], TH=text['num_heads'],
        TFF=text['d_ff'], TL=text['num_layers'], VOCAB=text['vocab_size'])
