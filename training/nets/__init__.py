"""The networks in plain torch, one file each; parameter names are the hub's."""
from nets.recon import Recon, init_from_vae
from nets.text import TextEncoder
from nets.transformer import DiT
from nets.vae import VAE, Norm

__all__ = ['DiT', 'Norm', 'Recon', 'TextEncoder', 'VAE', 'init_from_vae']
