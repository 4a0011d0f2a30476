"""The recon decoder: latents and features of a frame -> raw parameters of its Gaussians."""
import torch
import torch.nn as nn
import torch.nn.functional as F

import config as C
from nets.vae import Decoder


class GSHead(nn.Module):
    """3x3 convolution to two Gaussians of 38 numbers a pixel, in float32."""

    def __init__(self):
        super().__init__()
        self.gs_proj = nn.Conv2d(C.DBASE, 76, 3, padding=1)
        self.register_buffer('lrs_mul', torch.ones(76))

    def forward(self, x):
        m, p = self.lrs_mul, self.gs_proj
        with torch.autocast(x.device.type, enabled=False):
            return F.conv2d(x.float(), p.weight * m[:, None, None, None], p.bias * m, padding=1)


class Recon(nn.Module):
    def __init__(self):
        super().__init__()
        self.decoder, self.post_quant_conv = Decoder(out=False), nn.Conv2d(C.Z, C.Z, 1)
        self.extra_conv_in = nn.Conv2d(C.FEAT, C.MULT[-1] * C.DBASE, 3, padding=1)
        self.gs_head = GSHead()

    def forward(self, feats, z):
        """feats [F, FEAT, h, w], unscaled latents [F, Z, h, w] -> [F, 76, 8h, 8w]."""
        x = self.decoder.conv_in(self.post_quant_conv(z)) + self.extra_conv_in(feats)
        return self.gs_head(self.decoder.trunk(x))


def init_from_vae(recon, vae, size=-5.0, place=.2):
    """Starts the recon decoder as the VAE's: its picture becomes the Gaussians' base colour. size: raw scale at first; place:
    how fast places in the picture change."""
    keep = ('decoder.', 'post_quant_conv.')
    sd = {k: v.clone() for k, v in vae.state_dict().items()
          if k.startswith(keep) and 'conv_out' not in k}
    missing, unexpected = recon.load_state_dict(sd, strict=False)
    assert not unexpected and all(k.startswith(('extra_conv_in', 'gs_head')) for k in missing)
    h = recon.gs_head
    with torch.no_grad():
        recon.extra_conv_in.weight.normal_(std=.3 * (C.FEAT * 9) ** -.5)
        recon.extra_conv_in.bias.zero_()
        m = h.lrs_mul.view(2, 38)  # smaller steps for what should change slowly
        m[:, 3:27], m[:, 27:29], m[:, 34:] = .25, place, .5
        w = h.gs_proj.weight.view(2, 38, *h.gs_proj.weight.shape[1:])
        b = h.gs_proj.bias.view(2, 38)
        w.normal_(std=.02)
        b.zero_()
        out = vae.decoder.conv_out  # rows: channel, column offset, row offset
        rgb_w, rgb_b = out.weight.unflatten(0, (3, 2, 2)), out.bias.unflatten(0, (3, 2, 2))
        for g in (0, 1):  # Gaussian 0 sits on the left half of its pixel, 1 on the right
            w[g, :3] = rgb_w[:, g].mean(1) * .5 / .28209479
            b[g, :3] = rgb_b[:, g].mean(1) * .5 / .28209479
            b[g, 27] = (g * 2 - 1) * .25 / 48 / place
        w[:, 27:29] *= .1 * .05 / place
        b[:, 29], b[:, 30], b[:, 31:34], b[:, 34] = 1.1, 1.2, size, 2.0
