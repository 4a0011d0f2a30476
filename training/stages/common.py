"""What the stages share: CUDA graphs, clocks, rates, losses."""
import random
import time

import torch
import torch.nn.functional as F

import parallel

SHAPES = {'landscape': (128, 192), 'portrait': (192, 128), 'square': (160, 160)}
SHARES = {'landscape': .6, 'portrait': .2, 'square': .2}  # of the steps of single frames


def is_cuda(device):
    return torch.device(device).type == 'cuda'


class Graph:
    """A training step as a CUDA graph: thousands of small kernels at the cost of one launch. The step must draw its own
    data on the device and never ask the host for anything. On a CPU it just runs."""
    pool = None

    def __init__(self, step, clear, device, warm=2):
        """clear: drops all gradients, so that each replay makes them anew."""
        self.step, self.clear, self.graph = step, clear, None
        if not is_cuda(device):
            return
        for _ in range(warm):
            clear()
            step()
        torch.cuda.synchronize()
        clear()
        Graph.pool = Graph.pool or torch.cuda.graph_pool_handle()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, pool=Graph.pool, stream=torch.cuda.current_stream(), capture_error_mode='thread_local'):
            step()
        clear()

    def __call__(self):
        if self.graph:
            self.graph.replay()
        else:
            self.clear()
            self.step()


class Clock:
    """Progress from 0 to 1 over a number of seconds (or of steps, for tests). Waits for the device now and then, so
    that the host's clock tells the device's progress; between, it stands, so that all processes take the same steps."""

    def __init__(self, seconds, device, steps=None, every=8):
        self.seconds, self.steps, self.every, self.device = seconds, steps, every, device
        self.count, self.began, self.now = 0, time.time(), 0.

    def tick(self):
        """Progress so far; call once before each step."""
        if self.count % self.every == 0:
            if is_cuda(self.device):
                torch.cuda.synchronize()
            self.now = parallel.agreed(time.time() - self.began, self.device)
        self.count += 1
        by_time = self.now / self.seconds
        return max(by_time, (self.count - 1) / self.steps) if self.steps else by_time

    def spent(self):
        return self.now


def rate(k, step, warmup=150, hold=0., floor=.02):
    """Learning-rate factor: warm-up, held until `hold`, then linear to `floor`."""
    fall = (1 - k) / (1 - hold) if k > hold else 1.
    return min(1., (step + 1) / warmup) * max(floor, fall)


def pick(rng, weighted):
    """One of {name: weight}."""
    return rng.choices(list(weighted), list(weighted.values()))[0]


class Turns:
    """The steps of a stage, by case, of which each call takes one: as often as the case's share says."""

    def __init__(self, steps, shares, seed):
        self.steps, self.shares, self.rng = steps, {case: shares[case] for case in steps}, random.Random(seed)

    def __call__(self):
        self.steps[pick(self.rng, self.shares)]()


def picture_errors(d):
    """Differences [..., 3, H, W] -> mean absolute difference plus that of image gradients at two resolutions [...]."""
    mean = lambda t: t.abs().mean((-3, -2, -1))
    half = F.avg_pool2d(d.flatten(0, -4), 2).unflatten(0, d.shape[:-3])
    total = mean(d)
    for x in (d, half):
        total = total + .5 * (mean(x[..., 1:, :] - x[..., :-1, :]) + mean(x[..., 1:] - x[..., :-1]))
    return total


def slope_energy(x):
    """Mean square of the gradients of pictures [..., 3, H, W] -> [...]: how sharp they are."""
    return (x[..., 1:, :] - x[..., :-1, :]).square().mean((-3, -2, -1)) + (x[..., 1:] - x[..., :-1]).square().mean((-3, -2, -1))


def decibels(mse):
    """Mean squared error of pictures in [-1, 1] -> PSNR."""
    return -10 * (mse / 4).clamp_min(1e-8).log10()


def autocast(device):
    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=is_cuda(device), cache_enabled=False)
