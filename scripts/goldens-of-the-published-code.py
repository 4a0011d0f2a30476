"""Goldens of the published model, made by the published code from the published weights.

    python scripts/goldens-of-the-published-code.py --code FlashWorld --out goldens \\
        [--ckpt model.ckpt] [--wan FOLDER] [--photo picture.jpg] [--text "a red barn ..."] [--size 4x256x352]

Runs in the environment of the published code (its requirements.txt, gsplat included, an NVIDIA GPU). It computes a sentence and a
photograph in f32, keeps inputs and outputs of every stage, then does the same with the same draws in the precision
of the published applications (bf16, linear layers in e4m3), and writes how far that is from f32.

`flashworld verify MODEL --cases goldens` holds this project against both. --offload computes where 48 GB of GPU memory are too much.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

WAN = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
CKPT_REVISION = "6a8e88c6f88678ac098e4c82675f0aee555d6e5d"
SEED = 11
# The step whose inputs are the goldens of the single stages: the first that is told what was made before.
GOLDEN_STEP = 1
KEYS = 5


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--code", required=True, help="a clone of the published repository")
    parser.add_argument("--out", required=True, help="folder for cases.json and cases.safetensors")
    parser.add_argument("--ckpt", help="model.ckpt (default: from the hub's cache)")
    parser.add_argument("--wan", help=f"the files of {WAN} (default: from the hub's cache)")
    parser.add_argument("--text", default="a red barn beside a frozen lake, snow on the roof")
    parser.add_argument("--photo", help="a picture (default: one of smooth colours)")
    parser.add_argument("--size", default="4x256x352", help="frames, height and width (default: %(default)s)")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--offload", action="store_true", help="only what computes is on the GPU")
    parser.add_argument("--no-published-precision", action="store_true", help="f32 only")
    options = parser.parse_args()
    options.frames, options.height, options.width = map(int, options.size.split("x"))
    if options.height % 32 or options.width % 32:
        parser.error("--size: expected height and width in multiples of 32")
    for name in ("code", "out", "ckpt", "wan", "photo"):
        if getattr(options, name):
            setattr(options, name, Path(getattr(options, name)).resolve())
    return options


options = arguments()
sys.path.insert(0, str(options.code))

import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

import models  # noqa: E402
import quant  # noqa: E402
from app import GenerationSystem  # noqa: E402
from utils import create_raymaps, normalize_cameras, sample_from_dense_cameras  # noqa: E402

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False


@contextlib.contextmanager
def patched(owner, **attributes):
    """`owner` with other attributes for a while."""
    before = {name: owner.__dict__[name] for name in attributes}
    for name, value in attributes.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


@contextlib.contextmanager
def in_f32():
    """The published code names bfloat16 in a dozen places; here each of them means float32."""
    with patched(torch, bfloat16=torch.float32):
        yield


def published_system(precision):
    """The published applications' own object, in f32 or as they run it."""
    # all of its weights come from model.ckpt: the hub's 10 GB of another transformer are not needed
    def unloaded(cls, path, subfolder, torch_dtype):
        return cls.from_config(cls.load_config(os.path.join(path, subfolder)))

    ckpt = options.ckpt
    if ckpt is None:
        from huggingface_hub import hf_hub_download

        ckpt = hf_hub_download("imlixinyang/FlashWorld", "model.ckpt", revision=CKPT_REVISION)
    keep = {"FluxFp8GeMMProcessor": lambda model: None} if precision == "f32" else {}
    with patched(quant, **keep), wan_folder(), patched_method(models.WanTransformer3DModel, "from_pretrained", unloaded):
        return GenerationSystem(
            ckpt_path=str(ckpt),
            device=torch.device(options.device),
            offload_t5=options.offload,
            offload_vae=options.offload,
            offload_transformer_during_vae=options.offload,
        )


@contextlib.contextmanager
def patched_method(cls, name, function):
    """A class's method, its own or inherited, replaced for a while."""
    setattr(cls, name, classmethod(function))
    try:
        yield
    finally:
        delattr(cls, name)


@contextlib.contextmanager
def wan_folder():
    """The published code asks for the hub's name; a folder of that name below the working directory comes first."""
    folder = options.wan
    if folder is None:
        from huggingface_hub import snapshot_download

        wanted = ["vae/*", "text_encoder/*", "tokenizer/*", "scheduler/*", "transformer/config.json"]
        folder = snapshot_download(WAN, allow_patterns=wanted)
    with tempfile.TemporaryDirectory() as place:
        link = Path(place, WAN)
        link.parent.mkdir()
        link.symlink_to(folder)
        before = os.getcwd()
        os.chdir(place)
        try:
            yield
        finally:
            os.chdir(before)


class Draws:
    """The random numbers of a generation: drawn once, by name, and given again to whoever computes the same."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.drawn = {}
        self.next = 0

    def again(self):
        self.next = 0
        return self

    def draw(self, kind, shape, device, dtype):
        name = f"draw{self.next:02d}.{kind}"
        self.next += 1
        if name not in self.drawn:
            self.drawn[name] = torch.randn(tuple(shape), generator=self.generator)
        return self.drawn[name].to(device=device, dtype=dtype)

    @contextlib.contextmanager
    def instead_of_chance(self):
        from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

        plain, plain_like = torch.randn, torch.randn_like

        def randn(*shape, device=None, generator=None, **rest):
            if generator is not None:
                return plain(*shape, device=device, generator=generator, **rest)
            return self.draw("randn", shape, device, torch.float32)

        def randn_like(x):
            if x.dim() < 5:
                return plain_like(x)  # of cameras, whose noise the applications multiply by 0
            return self.draw("randn_like", x.shape, x.device, x.dtype)

        def sample(posterior, generator=None):
            mean = posterior.mean
            return mean + posterior.std * self.draw("posterior", mean.shape, mean.device, mean.dtype)

        with (
            patched(torch, randn=randn, randn_like=randn_like),
            patched(DiagonalGaussianDistribution, sample=sample),
        ):
            yield


def path_of_cameras():
    """Five cameras: forward, to the side, a turn. `qw qx qy qz tx ty tz fx fy cx cy`, intrinsics over the image's size."""
    turn = torch.linspace(0, 0.35, KEYS)
    zero, half = torch.zeros(KEYS), torch.full((KEYS,), 0.5)
    fx = torch.full((KEYS,), 0.8)
    columns = [
        torch.cos(turn / 2), zero, torch.sin(turn / 2), zero,
        torch.linspace(0, 0.4, KEYS), torch.linspace(0, 0.1, KEYS), torch.linspace(0, -0.9, KEYS),
        fx, fx * options.width / options.height, half, half,
    ]  # fmt: skip
    return torch.stack(columns, dim=1)


def picture():
    """`[3, H, W]` in [-1, 1], cropped as the published applications crop."""
    h, w = options.height, options.width
    if options.photo is None:
        y, x = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
        waves = torch.sin(9 * x * x + 4 * y) * 0.3
        return torch.stack([0.5 * x + waves, 0.6 * y - waves, -0.4 * x * y + waves]).clamp(-1, 1)
    import numpy
    from PIL import Image

    image = Image.open(options.photo).convert("RGB")
    scale = max(h / image.height, w / image.width)
    cut_w, cut_h = int(w / scale), int(h / scale)
    left, top = (image.width - cut_w) // 2, (image.height - cut_h) // 2
    image = image.crop((left, top, left + cut_w, top + cut_h)).resize((w, h))
    return torch.from_numpy(numpy.array(image)).float().permute(2, 0, 1) / 255 * 2 - 1


class Recorder:
    """What goes into the stages of a generation and comes out of them, step by step."""

    def __init__(self, system):
        self.system = system
        self.steps = []
        self.transformer = []
        self.recon = []
        self.blocks = {}

    @contextlib.contextmanager
    def listening(self):
        system, transformer, recon = self.system, self.system.transformer, self.system.recon_decoder
        plain_step, plain_decode = system.forward_generator, recon.decode

        def forward_generator(*args, **kwargs):
            out = plain_step(*args, **kwargs)
            self.steps.append(out)
            return out

        def decode(feats, z):
            out = plain_decode(feats, z)
            self.recon.append({"feats": feats, "z": z, "decoded": out})
            return out

        def before(_, args, kwargs):
            self.transformer.append(dict(kwargs))

        def after(_, args, kwargs, out):
            self.transformer[-1]["out"] = out[0]

        def block(index):
            def hook(_, args, out):
                if len(self.transformer) == GOLDEN_STEP + 1:
                    self.blocks[f"dit.block{index}"] = out.clone()  # the next block adds to it in place

            return hook

        def context(_, args, out):
            if len(self.transformer) == GOLDEN_STEP + 1:
                self.blocks["dit.ctx"] = out[2]

        def gaussians(_, args, out):
            self.recon[-1]["gaussians"] = out

        last = len(transformer.blocks) - 1
        handles = [
            transformer.register_forward_pre_hook(before, with_kwargs=True),
            transformer.register_forward_hook(after, with_kwargs=True),
            transformer.condition_embedder.register_forward_hook(context),
            recon.register_forward_hook(gaussians),
            *(transformer.blocks[i].register_forward_hook(block(i)) for i in {0, last // 2, last}),
        ]
        system.forward_generator, recon.decode = forward_generator, decode
        try:
            yield self
        finally:
            del system.forward_generator, recon.decode
            for handle in handles:
                handle.remove()


def generation(system, draws, image):
    """A whole generation and what was heard on the way."""
    with Recorder(system).listening() as heard, draws.again().instead_of_chance():
        scene, ref_w2c, extent = system.generate(
            path_of_cameras(),
            options.frames,
            image=image,
            text=options.text,
            image_index=min(1, options.frames - 1),
            image_height=options.height,
            image_width=options.width,
        )
    return heard, scene, ref_w2c, extent


def cameras_of(system):
    """The cameras as they were given, one a frame, and normalised."""
    raw = path_of_cameras().to(system.device)
    times = torch.linspace(0, 1, options.frames, device=system.device)
    sampled = sample_from_dense_cameras(raw, times) if options.frames != KEYS else raw
    path, ref_w2c, extent = normalize_cameras(sampled[None], return_meta=True)
    stride = system.spatial_downsample_factor
    return path, {
        "cameras.raw": raw,
        "cameras.sampled": sampled,
        "cameras.normalized": path,
        "cameras.ref_w2c": ref_w2c,
        "cameras.T_norm": extent,
        "raymaps": create_raymaps(path, options.height // stride, options.width // stride),
    }


def single_stages(system, given):
    """Every stage by itself, from the same inputs in every precision."""
    device = system.device
    with torch.no_grad(), torch.amp.autocast(dtype=torch.bfloat16, device_type="cuda"):
        where = "cpu" if options.offload else device
        posterior = system.vae.encode(given["image"][None, :, None].to(where, torch.bfloat16)).latent_dist
        system.transformer.to(device)
        context = {}
        handle = system.transformer.condition_embedder.register_forward_hook(
            lambda _, args, out: context.update({"dit.ctx": out[2]})
        )
        (out,) = system.transformer(
            hidden_states=given["dit.in"].to(device),
            timestep=given["dit.t"].to(device),
            encoder_hidden_states=given["text.embeds"].to(device),
            return_dict=False,
        )
        handle.remove()
        recon = system.recon_decoder
        feats = given["recon.feats"].to(where, torch.bfloat16)
        z = given["recon.z"].to(where, torch.bfloat16)
        cameras = given["cameras.normalized"].to(where)
        return {
            "text.embeds": system.encode_text(["[Static] " + options.text]),
            "vae.mean": posterior.mean,
            "vae.logvar": posterior.logvar,
            "dit.out": out,
            **context,
            "recon.decoded": recon.decode(feats, z),
            "recon.gaussians": recon(feats, z, cameras),
        }


def pipeline(system, name, draws, image):
    heard, scene, ref_w2c, extent = generation(system, draws, image)
    tensors = {f"{name}.gaussians": scene, f"{name}.ref_w2c": ref_w2c, f"{name}.T_norm": extent}
    for i, step in enumerate(heard.steps):
        tensors[f"{name}.step{i}.latents2d"] = step["2d"]
        tensors[f"{name}.step{i}.latents3d"] = step["3d"]
        tensors[f"{name}.step{i}.rgb"] = step["rgb_3d"]
    path, _ = cameras_of(system)
    rgb, depth = system.recon_decoder.render(
        [scene], path.clone(), options.height, options.width, bg_mode="white"
    )
    return heard, {**tensors, f"{name}.rgb": rgb, f"{name}.depth": depth}


def tokens(system):
    ids = system.tokenizer(
        ["[Static] " + options.text], padding="max_length", max_length=512, truncation=True, return_tensors="pt"
    )
    return {"text.ids": ids.input_ids, "text.mask": ids.attention_mask}


def in_full(image, draws):
    """Everything in f32, the goldens."""
    with in_f32():
        system = published_system("f32")
        path, tensors = cameras_of(system)
        tensors |= {"image": image, **tokens(system)}
        for name, photo in (("pipe_text", None), ("pipe_image", image)):
            heard, made = pipeline(system, name, draws[name], photo)
            tensors |= made
            tensors |= {f"{name}.{key}": value for key, value in draws[name].drawn.items()}
        call, recon = heard.transformer[GOLDEN_STEP], heard.recon[GOLDEN_STEP]
        tensors |= heard.blocks
        tensors |= {
            "text.embeds": call["encoder_hidden_states"],
            "dit.in": call["hidden_states"],
            "dit.t": call["timestep"],
            "dit.out": call["out"],
            **{f"recon.{key}": value for key, value in recon.items()},
            "scheduler.sigmas": system.scheduler.sigmas[system.denoising_steps],
            "scheduler.timesteps": system.timesteps[system.denoising_steps],
        }
        rgb, depth = system.recon_decoder.render(
            recon["gaussians"].flatten(1, -2).float(), path.clone(), options.height, options.width, bg_mode="white"
        )
        tensors |= {"render.rgb": rgb, "render.depth": depth}
        tensors |= single_stages(system, tensors)
        weight = system.transformer.blocks[0].attn1.to_q.weight[:64].float()
        del system
    torch.cuda.empty_cache()
    codes, scale = quant.per_tensor_quantize(weight)
    tensors |= {"fp8.w": weight, "fp8.bytes": codes.view(torch.uint8), "fp8.scale": scale.reshape(1)}
    plain = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
    # a tensor that two names share is stored twice
    return {name: t.detach().cpu().contiguous().clone() for name, t in plain.items()}


def published_errors(goldens, draws):
    """How far the published applications' own precision is from f32: stage by stage, and over whole generations."""
    system = published_system("published")
    made = single_stages(system, goldens)
    for name, photo in (("pipe_text", None), ("pipe_image", goldens["image"])):
        made |= pipeline(system, name, draws[name], photo)[1]
    errors = {}
    for name, tensor in made.items():
        golden = goldens[name].double()
        errors[name] = ((tensor.double().cpu() - golden).norm() / golden.norm()).item()
    return errors


def save(goldens, errors):
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(goldens, str(options.out / "cases.safetensors"))
    ids = goldens["text.ids"][0][goldens["text.mask"][0] > 0].tolist()
    cases = {
        "config": {
            "n": options.frames, "h": options.height, "w": options.width,
            "idx": min(1, options.frames - 1), "text": options.text,
        },
        "tokenizer": [{"text": "[Static] " + options.text, "ids": ids}],
        "published": errors,
    }  # fmt: skip
    (options.out / "cases.json").write_text(json.dumps(cases, indent=1))


def main():
    image = picture()
    draws = {name: Draws(SEED + i) for i, name in enumerate(("pipe_text", "pipe_image"))}
    goldens = in_full(image, draws)
    save(goldens, {})
    if options.no_published_precision:
        return
    errors = published_errors(goldens, draws)
    save(goldens, errors)
    print("how far the published applications' precision is from f32, |x - f32| / |f32|:")
    for name, error in errors.items():
        print(f"{name:30} {error:.2e}")


main()
