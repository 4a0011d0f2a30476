"""Builds and loads the C++/CUDA parts: the ray caster and the rasterizers, one shared library each."""
import ctypes
import hashlib
import os
import subprocess

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get('TRAINING_BUILD', os.path.join(HERE, '..', 'out', 'build'))
RECIPES = {
    'cuda': 'nvcc -O3 --use_fast_math -arch=sm_90 -shared -Xcompiler -fPIC',
    'cpu': 'g++ -x c++ -O3 -march=native -ffast-math -fopenmp -shared -fPIC',
    'emulated': f'g++ -x c++ -O2 -shared -fPIC -include {HERE}/cuda_on_cpu.h'}
_loaded = {}


def load(source, how):
    """The library made of `source` (a file of this folder) by RECIPES[how], built where it is not there yet."""
    if (source, how) not in _loaded:
        so = path_of(source, how)
        try:
            _loaded[source, how] = ctypes.CDLL(so)
        except OSError:  # not there, or built for another machine
            build(source, how, so)
            _loaded[source, how] = ctypes.CDLL(so)
    return _loaded[source, how]


def build(source, how, so):
    os.makedirs(BUILD, exist_ok=True)
    subprocess.check_call([*RECIPES[how].split(), os.path.join(HERE, source), '-o', so + '.new'])
    os.replace(so + '.new', so)


def path_of(source, how):
    """Where the library goes; its name changes with the sources."""
    content = how.encode()
    for name in (source, 'cuda_on_cpu.h'):
        with open(os.path.join(HERE, name), 'rb') as f:
            content += f.read()
    return os.path.join(BUILD, f'{source.split(".")[0]}_{how}_{hashlib.sha256(content).hexdigest()[:8]}.so')


def pointer(t):
    """Address of a contiguous tensor's data, or null."""
    if t is None:
        return ctypes.c_void_p(None)
    assert t.is_contiguous(), f'native: expected a contiguous tensor, got strides {t.stride()}'
    return ctypes.c_void_p(t.data_ptr())


def stream(t):
    """The CUDA stream that work on tensor `t` belongs to, as a pointer; null on a CPU."""
    return ctypes.c_void_p(torch.cuda.current_stream().cuda_stream if t.is_cuda else None)

