"""What a step costs: milliseconds a step, and the kernels that take them."""
import time

import torch
from torch.profiler import ProfilerActivity, profile


def timed(f, count):
    torch.cuda.synchronize()
    t = time.time()
    for _ in range(count):
        f()
    torch.cuda.synchronize()
    return (time.time() - t) / count * 1e3


def costs(trainer, latent, log, rows=32):
    """Logs the cost of the latent and the scene step and their most expensive kernels."""
    for name, step, count in (('latent', lambda: latent(1e-3), 40), ('scene', lambda: trainer(1e-3), 10)):
        log(f'{name} step: {timed(step, count):.2f} ms, peak {torch.cuda.max_memory_allocated() / 2 ** 30:.1f} GiB')
        with profile(activities=[ProfilerActivity.CUDA]) as p:
            step()
            torch.cuda.synchronize()
        events = sorted(p.key_averages(), key=lambda e: -e.device_time_total)
        log(f'{name}: {sum(e.count for e in events)} kernels, {sum(e.device_time_total for e in events) / 1e3:.2f} ms')
        for e in events[:rows]:
            log(f'  {e.device_time_total / 1e3:7.3f} ms {e.count:5d} x  {e.key[:110]}')
