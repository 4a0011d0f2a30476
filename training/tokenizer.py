"""Trains the unigram tokenizer on captions and writes it in the hub's layout: python tokenizer.py FOLDER"""
import io
import json
import os
import random
import string
import sys

import config as C
from worlds.wording import draw_any

PREFIX = '[Static] '


def texts():
    captions = [PREFIX + draw_any(random.Random(f'tokens.{i}')).caption for i in range(40000)]
    titles = [PREFIX + c[len(PREFIX):].title() for c in captions[:2000]]
    signs = [' '.join(string.ascii_letters + string.digits + string.punctuation)] * 20
    return captions + titles + signs


def train(folder, vocab=C.VOCAB):
    """-> the tokenizer; `folder` gets tokenizer.json, spiece.model and tokenizer_config.json."""
    import sentencepiece as spm
    import sentencepiece.sentencepiece_model_pb2 as pb2
    os.makedirs(folder, exist_ok=True)
    out = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(texts()), model_writer=out, vocab_size=vocab, model_type='unigram', pad_id=0,
        eos_id=1, unk_id=2, bos_id=-1, character_coverage=1.0, hard_vocab_limit=False, minloglevel=2)
    model = pb2.ModelProto()
    model.ParseFromString(out.getvalue())
    tok = hub_tokenizer(model)
    tok.save(os.path.join(folder, 'tokenizer.json'))
    with open(os.path.join(folder, 'spiece.model'), 'wb') as f:
        f.write(out.getvalue())
    with open(os.path.join(folder, 'tokenizer_config.json'), 'w') as f:
        json.dump({'tokenizer_class': 'T5Tokenizer', 'pad_token': '<pad>', 'eos_token': '</s>', 'unk_token': '<unk>',
                   'model_max_length': 512, 'extra_ids': 0}, f, indent=1)
    return tok


def hub_tokenizer(model):
    """The SentencePiece model as a `tokenizers` pipeline, the way the hub has UMT5's."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    tok = Tokenizer(models.Unigram([(p.piece, p.score) for p in model.pieces], unk_id=2, byte_fallback=False))
    tok.normalizer = normalizers.Sequence([
        normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap), normalizers.Replace(Regex(' {2,}'), ' ')])
    tok.pre_tokenizer = pre_tokenizers.Metaspace(replacement='\u2581', prepend_scheme='always')
    tok.decoder = decoders.Metaspace(replacement='\u2581', prepend_scheme='always')
    tok.post_processor = processors.TemplateProcessing(
        single=['$A', '</s>'], pair=['$A', '</s>', '$B', '</s>'], special_tokens=[('</s>', 1)])
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in ('<pad>', '</s>', '<unk>')])
    return tok


class Encode:
    """Captions -> ids, as the model sees them: the prefix before, </s> after."""

    def __init__(self, folder):
        from tokenizers import Tokenizer
        self.tok = Tokenizer.from_file(os.path.join(folder, 'tokenizer.json'))

    def __call__(self, caption):
        return self.tok.encode(PREFIX + caption).ids

    def batch(self, captions, length):
        """-> numpy [B, length] int64, 0 = padding."""
        import numpy as np
        out = np.zeros((len(captions), length), np.int64)
        for i, e in enumerate(self.tok.encode_batch([PREFIX + c for c in captions])):
            ids = e.ids[:length]
            out[i, :len(ids)] = ids
        return out


if __name__ == '__main__':
    tokens = train(sys.argv[1])
    captions = [draw_any(random.Random()).caption for _ in range(4000)]
    lengths = sorted(len(tokens.encode(PREFIX + c).ids) for c in captions)
    print('pieces', tokens.get_vocab_size(), 'tokens: median', lengths[2000], 'p99', lengths[3960], 'max', lengths[-1])
    print(tokens.encode(PREFIX + captions[3]).tokens)
    print(tokens.encode(PREFIX + 'a frozen lake beside two dragons, 3 birds').tokens)
