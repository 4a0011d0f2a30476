"""A critic of pictures: a small network that learns to tell renders from true pictures of the same scenes, patch by patch.
What would make it doubt is added to the pictures' gradient, as a fixed share of it."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from optim import Optimizer
from stages.common import autocast

WIDTHS = (3, 32, 64, 128)


class Patches(nn.Sequential):
    """Pictures [B, 3, H, W] -> scores [B, 1, H/8, W/8]."""

    def __init__(self):
        layers = [m for i, o in zip(WIDTHS, WIDTHS[1:]) for m in (nn.Conv2d(i, o, 4, 2, 1), nn.LeakyReLU(.2))]
        super().__init__(*layers, nn.Conv2d(WIDTHS[-1], 1, 3, padding=1))


class Critic:
    def __init__(self, device, lr=4e-4):
        self.device = device
        self.net = Patches().to(device).to(memory_format=torch.channels_last)
        self.params = list(self.net.parameters())
        self.opt = Optimizer([(self.params, lr)], betas=(.5, .95))

    def scores(self, pictures):
        with autocast(self.device):
            return self.net(pictures.flatten(0, 1)).float()

    def learn(self, mine, true):
        """Relativistic: each render against the true picture of the same view."""
        a, b = self.scores(true), self.scores(mine)
        loss = F.softplus(b - a).mean() + 1e-3 * (a.square() + b.square()).mean()
        for p, g in zip(self.params, torch.autograd.grad(loss, self.params)):
            p.grad = g
        self.opt.step()

    def push(self, pictures, true, loss, share):
        """Pictures [B, V, 3, H, W] in [-1, 1] -> a term whose gradient at them is `share` of the norm of that of `loss`, towards
        what the critic takes for true. The critic learns on the way."""
        self.learn(pictures.detach(), true)
        leaf = pictures.detach().requires_grad_()
        with torch.no_grad():
            a = self.scores(true)
        (way,) = torch.autograd.grad(F.softplus(a - self.scores(leaf)).mean(), leaf)
        (main,) = torch.autograd.grad(loss, pictures, retain_graph=True)
        return (pictures * (way.nan_to_num() * (share * main.norm() / way.norm().clamp_min(1e-12)))).sum()
