"""Several GPUs, a process each (started by torchrun): every one draws its own worlds, and gradients are averaged. Without torchrun
there is one process, and nothing here does anything."""
import os

import torch
import torch.distributed as dist


def begin(device):
    """Joins the other processes -> this one's device."""
    if 'RANK' not in os.environ:
        return device
    if device.type == 'cuda':
        device = torch.device('cuda', int(os.environ['LOCAL_RANK']))
        torch.cuda.set_device(device)
    dist.init_process_group('nccl' if device.type == 'cuda' else 'gloo')
    return device


def end():
    if several():
        dist.destroy_process_group()


def several():
    return dist.is_initialized()


def rank():
    return dist.get_rank() if several() else 0


def same(tensors):
    """All processes get the first one's numbers."""
    if several():
        for t in tensors:
            dist.broadcast(t, 0)


@torch.no_grad()
def average(gradients):
    """Gradients become their mean over the processes. Can be part of a CUDA graph."""
    if not several():
        return
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    torch._foreach_copy_(gradients, [f.view(g.shape) for g, f in zip(gradients, flat.split([g.numel() for g in gradients]))])


def agreed(number, device):
    """The first process's number, for all. Waits for the device."""
    if not several():
        return number
    t = torch.tensor(number, dtype=torch.float64, device=device)
    dist.broadcast(t, 0)
    return t.item()


def everywhere(yes, device):
    """Whether it is so in all processes. Waits for the device."""
    if not several():
        return yes
    t = torch.tensor(float(yes), device=device)
    dist.all_reduce(t, dist.ReduceOp.MIN)
    return bool(t.item())
