"""Judges and packs what training made: python finish.py WEIGHTS TOKENIZER OUT [--device cuda] [--count 48]

OUT gets figures.json, pictures and the weights in parts (see pack.py).
"""
import argparse
import json
import os

import torch

import models
from measure.pictures import gallery, sheets
from measure.report import report
from pack import pack
from tokenizer import Encode


def main():
    p = argparse.ArgumentParser()
    p.add_argument('weights'), p.add_argument('tokenizer'), p.add_argument('out')
    p.add_argument('--device', default='cuda'), p.add_argument('--count', type=int, default=48)
    p.add_argument('--prompts', type=int, default=204)
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    dev = torch.device(a.device)
    weights, enc = torch.load(a.weights, map_location='cpu'), Encode(a.tokenizer)
    weights = {k: weights[k] for k in ('vae', 'text', 'dit', 'recon')}
    pack(weights, a.out)
    m = models.restore({k: models.half(sd) for k, sd in weights.items()}, dev)  # as shipped: rounded to f16
    sheets(m, enc, dev, a.out)
    gallery(m, enc, dev, os.path.join(a.out, 'gallery.png'))
    say = lambda s: print(s, flush=True)
    with open(os.path.join(a.out, 'figures.json'), 'w') as f:
        json.dump(report(m, enc, dev, a.count, a.prompts, say), f, indent=1)


if __name__ == '__main__':
    main()
