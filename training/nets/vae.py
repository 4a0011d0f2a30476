"""The VAE, one frame at a time: 3D kernels are held as the 2D kernels they reduce to."""
import torch
import torch.nn as nn
import torch.nn.functional as F

import config as C
import parallel


def rms_silu(x, gamma, silu=True):
    """x / rms(x over channels) * gamma, then SiLU. x [B, C, H, W], gamma [C, 1, 1]."""
    y = x.float()
    y = y * torch.rsqrt(y.square().mean(1, keepdim=True) + 1e-12) * gamma
    return (F.silu(y) if silu else y).to(x.dtype)


class Norm(nn.Module):
    """RMS norm over channels; `kernel` may be replaced by a fused one."""
    kernel = staticmethod(rms_silu)

    def __init__(self, c, silu=True):
        super().__init__()
        self.gamma, self.silu = nn.Parameter(torch.ones(c, 1, 1)), silu

    def forward(self, x):
        return Norm.kernel(x, self.gamma, self.silu)


class Res(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.norm1, self.conv1 = Norm(i), nn.Conv2d(i, o, 3, padding=1)
        self.norm2, self.conv2 = Norm(o), nn.Conv2d(o, o, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(i, o, 1) if i != o else None

    def forward(self, x):
        h = self.conv2(self.norm2(self.conv1(self.norm1(x))))
        return h + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attn(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm = Norm(c, silu=False)
        self.to_qkv, self.proj = nn.Conv2d(c, 3 * c, 1), nn.Conv2d(c, c, 1)

    def forward(self, x):
        b, c, h, w = x.shape
        q, k, v = self.to_qkv(self.norm(x)).reshape(b, 3, c, h * w).transpose(2, 3).unbind(1)
        y = F.scaled_dot_product_attention(q[:, None], k[:, None], v[:, None])[:, 0]
        return x + self.proj(y.transpose(1, 2).reshape(b, c, h, w))


class Mid(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.attentions = nn.ModuleList([Attn(c)])
        self.resnets = nn.ModuleList([Res(c, c), Res(c, c)])

    def forward(self, x):
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Sampler(nn.Module):
    """Halves (stride 2, one zero row below and column right) or doubles (nearest) a map."""

    def __init__(self, i, o, down):
        super().__init__()
        self.down = down
        conv = nn.Conv2d(i, o, 3, stride=2 if down else 1, padding=0 if down else 1)
        self.resample = nn.ModuleList([nn.Identity(), conv])

    def forward(self, x):
        x = F.pad(x, (0, 1, 0, 1)) if self.down else F.interpolate(x, scale_factor=2)
        return self.resample[1](x)


class Down(nn.Module):
    def __init__(self, i, o, ft, last):
        super().__init__()
        self.io, self.ft, self.fs = (i, o), ft, 1 if last else 2
        self.resnets = nn.ModuleList([Res(i if k == 0 else o, o) for k in range(C.NRES)])
        self.downsampler = None if last else Sampler(o, o, True)

    def shortcut(self, x):
        """Space(-time) to channels, then the mean of groups; the earlier frame is zeros. Channels last throughout."""
        b, c, h, w = x.shape
        f = self.fs
        y = x.permute(0, 2, 3, 1).reshape(b, h // f, f, w // f, f, c).permute(0, 1, 3, 5, 2, 4)[:, :, :, :, None]
        if self.ft == 2:
            y = torch.cat([torch.zeros_like(y), y], 4)
        return y.reshape(b, h // f, w // f, self.io[1], -1).mean(-1).permute(0, 3, 1, 2)

    def forward(self, x):
        s = self.shortcut(x)
        for r in self.resnets:
            x = r(x)
        return s + (self.downsampler(x) if self.downsampler else x)


class Up(nn.Module):
    def __init__(self, i, o, last):
        super().__init__()
        self.io = (i, o)
        self.resnets = nn.ModuleList([Res(i if k == 0 else o, o) for k in range(C.NRES + 1)])
        self.upsampler = None if last else Sampler(o, o, False)

    def shortcut(self, x):
        """Channels (or copies of them, where there are less than four an output) to 2 x 2 pixels. Channels last."""
        b, c, h, w = x.shape
        o = self.io[1]
        down, right = {4: (1, 1), 2: (2, 1), 1: (2, 2)}[o * 4 // c]
        y = x.permute(0, 2, 3, 1).reshape(b, h, w, o, down, right).permute(0, 1, 4, 2, 5, 3)
        return y.expand(b, h, 2, w, 2, o).reshape(b, 2 * h, 2 * w, o).permute(0, 3, 1, 2)

    def forward(self, x):
        y = x
        for r in self.resnets:
            y = r(y)
        return self.upsampler(y) + self.shortcut(x) if self.upsampler else y


def patchify(x):
    """[B, c, H, W] -> [B, 4c, H/2, W/2], channel (c*2 + column offset)*2 + row offset."""
    b, c, h, w = x.shape
    y = x.reshape(b, c, h // 2, 2, w // 2, 2).permute(0, 1, 5, 3, 2, 4)
    return y.reshape(b, c * 4, h // 2, w // 2)


def unpatchify(x):
    """The inverse of `patchify`."""
    b, c, h, w = x.shape
    return x.reshape(b, c // 4, 2, 2, h, w).permute(0, 1, 4, 3, 5, 2).reshape(b, c // 4, 2 * h, 2 * w)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        d = [C.BASE * m for m in (1,) + C.MULT]
        self.conv_in = nn.Conv2d(12, d[0], 3, padding=1)
        self.down_blocks = nn.ModuleList([
            Down(d[i], d[i + 1], 2 if i < 3 and C.TDOWN[i] else 1, i == 3) for i in range(4)])
        self.mid_block, self.norm_out = Mid(d[-1]), Norm(d[-1])
        self.conv_out = nn.Conv2d(d[-1], 2 * C.Z, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for b in self.down_blocks:
            x = b(x)
        return self.conv_out(self.norm_out(self.mid_block(x)))


class Decoder(nn.Module):
    """The VAE's decoder; without `out` the trunk of the recon decoder."""

    def __init__(self, out=True):
        super().__init__()
        d = [C.DBASE * m for m in (C.MULT[-1],) + C.MULT[::-1]]
        self.conv_in, self.mid_block = nn.Conv2d(C.Z, d[0], 3, padding=1), Mid(d[0])
        self.up_blocks = nn.ModuleList([Up(d[i], d[i + 1], i == 3) for i in range(4)])
        self.norm_out = Norm(d[-1])
        self.conv_out = nn.Conv2d(d[-1], 12, 3, padding=1) if out else None

    def trunk(self, x):
        x = self.mid_block(x)
        for b in self.up_blocks:
            x = b(x)
        return self.norm_out(x)

    def forward(self, x):
        return self.conv_out(self.trunk(self.conv_in(x)))


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        self.quant_conv = nn.Conv2d(2 * C.Z, 2 * C.Z, 1)
        self.post_quant_conv = nn.Conv2d(C.Z, C.Z, 1)
        self.register_buffer('mean', torch.zeros(C.Z, 1, 1))  # latents_mean of vae/config.json
        self.register_buffer('std', torch.ones(C.Z, 1, 1))

    def encode(self, img):
        """Pictures [B, 3, H, W] in [-1, 1] -> mean and log variance [B, Z, H/16, W/16]."""
        m, lv = self.quant_conv(self.encoder(patchify(img))).float().chunk(2, 1)
        return m, lv.clamp(-30, 20)

    def look(self, img):
        """Pictures [B, 3, H, W] -> the encoder's maps at a half and a quarter of their size, for comparing pictures."""
        a = self.encoder.down_blocks[0](self.encoder.conv_in(patchify(img)))
        return a, self.encoder.down_blocks[1](a)

    @torch.no_grad()
    def measure(self, pictures):
        """Mean and deviation [Z, 1, 1] of the latents of pictures [B, 3, H, W]. Deviations include the posterior's draws, so that a channel
        that says little is not blown up."""
        m, lv = (t.transpose(0, 1).flatten(1) for t in self.encode(pictures))
        found = m.mean(1)[:, None, None], (m.var(1) + lv.exp().mean(1)).sqrt()[:, None, None]
        parallel.same(found)  # each process has pictures of its own
        return found

    def decode(self, z):
        return unpatchify(self.decoder(self.post_quant_conv(z)))

    def scaled(self, img, eps=None):
        """Frames [..., 3, H, W] -> latents as the transformer sees them [..., Z, h, w];
        eps: the posterior's draw."""
        m, lv = self.encode(img.flatten(0, -4))
        eps = torch.randn_like(m) if eps is None else eps.reshape(m.shape)
        z = (m + (lv / 2).exp() * eps - self.mean) / self.std
        return z.unflatten(0, img.shape[:-3])
