"""Figures of a checkpoint: python -m measure CHECKPOINT OUT.json [--device cuda] [--count 48] [--prompts 204]"""
import argparse
import json
import os

import torch

import models
from measure.report import report
from tokenizer import Encode

p = argparse.ArgumentParser()
p.add_argument('checkpoint'), p.add_argument('out'), p.add_argument('--device', default='cpu')
p.add_argument('--count', type=int, default=48), p.add_argument('--prompts', type=int, default=204)
a = p.parse_args()
dev = torch.device(a.device)
m, enc = models.load(a.checkpoint, dev), Encode(os.path.join(a.checkpoint, 'tokenizer'))
with open(a.out, 'w') as f:
    json.dump(report(m, enc, dev, a.count, a.prompts), f, indent=1)
