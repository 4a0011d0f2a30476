"""Requests with photographs, as the published apps have them, in the model's size."""
import base64
import io
import json

import numpy as np
import torch

from cameras import normalize, resample

SIZE, FRAMES = (128, 192), 12


def read(path):
    """A request -> picture [3, H, W] in [-1, 1], cameras [n, 11] normalised, index of the pictured frame, caption."""
    from PIL import Image
    with open(path) as f:
        r = json.load(f)
    im = Image.open(io.BytesIO(base64.b64decode(r['image_prompt'].split(',')[1]))).convert('RGB')
    w, h = im.size
    small = im.resize(SIZE[::-1], Image.LANCZOS)
    cams = torch.tensor([[*c['quaternion'], *c['position'], c['fx'] / w, c['fy'] / h, c['cx'] / w, c['cy'] / h] for c in r['cameras']])
    index = round(r['image_index'] * (FRAMES - 1) / (r['resolution'][0] - 1))
    return torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 127.5 - 1, normalize(resample(cams, FRAMES)[None])[0][0], index, r['text_prompt']
