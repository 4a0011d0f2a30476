"""Processes that train together hold the same weights after a step, made of the mean of their gradients: python -m tests.parallel"""
import os
import socket

import torch
import torch.multiprocessing as mp

import parallel
from optim import Optimizer

COUNT = 2


def work(rank, port, out):
    os.environ |= dict(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(COUNT), MASTER_ADDR='localhost', MASTER_PORT=str(port))
    parallel.begin(torch.device('cpu'))
    torch.manual_seed(rank)  # they begin differently, and see different things
    p, q = torch.nn.Parameter(torch.randn(3, 4)), torch.nn.Parameter(torch.randn(5))
    opt = Optimizer([([q], .1)], [([p], .1)], clip=1e9)
    own = [torch.full_like(t, rank + 1.) for t in (p, q)]
    p.grad, q.grad = (t.clone() for t in own)
    opt.step()
    numbers = parallel.agreed(rank + 7., torch.device('cpu')), parallel.everywhere(rank == 0, torch.device('cpu'))
    torch.save(dict(weights=[p.data, q.data], grads=[p.grad, q.grad], numbers=numbers), f'{out}/{rank}.pt')
    parallel.end()


def main():
    import tempfile
    with socket.socket() as s:
        s.bind(('localhost', 0))
        port = s.getsockname()[1]
    with tempfile.TemporaryDirectory() as out:
        mp.spawn(work, (port, out), COUNT)
        first, second = (torch.load(f'{out}/{rank}.pt') for rank in range(COUNT))
    for a, b in zip(first['weights'] + first['grads'], second['weights'] + second['grads']):
        assert torch.equal(a, b)
    for g in first['grads']:
        assert torch.equal(g, torch.full_like(g, 1.5))
    assert first['numbers'] == second['numbers'] == (7., False)
    print('two processes agree')


if __name__ == '__main__':
    main()
