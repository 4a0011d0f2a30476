import {
  CAMERA_FLOATS,
  densePath,
  normalizeCameras,
  packCameras,
  raymaps,
  resampleCameras,
  unpackCameras,
} from '@flashworld/camera'
import type { Engine, Tensor } from '@flashworld/engine'
import { slice, transpose } from '@flashworld/engine'
import {
  decode,
  embedText,
  encodeImages,
  encodeText,
  latentStride,
  quantizeE4m3,
  reconstruct,
  ropeTables,
  textContext,
  textRows,
  tokenGrid,
  transform,
} from '@flashworld/models'
import { rasterize } from '@flashworld/raster'
import { PACKED_FLOATS } from '@flashworld/splats'
import type { Model } from '../../model.ts'
import type { Cases } from './cases.ts'
import type { Computed } from './compare.ts'

/** One stage computed from golden inputs: the goldens it needs, and what it makes of them. */
export interface VerifyStage {
  readonly name: string
  readonly needs: readonly string[]
  run(model: Model, cases: Cases): AsyncGenerator<Computed>
}

export const stages: readonly VerifyStage[] = [
  { name: 'text', needs: ['text.ids', 'text.embeds'], run: text },
  { name: 'vae', needs: ['image'], run: vae },
  { name: 'cameras', needs: ['cameras.raw'], run: cameras },
  { name: 'dit', needs: ['dit.in', 'dit.t', 'text.embeds'], run: dit },
  { name: 'recon', needs: ['recon.z', 'recon.feats', 'cameras.normalized'], run: recon },
  { name: 'render', needs: ['recon.gaussians', 'cameras.normalized', 'render.rgb'], run: render },
  { name: 'raster', needs: ['raster.cloud', 'raster.cameras'], run: raster },
  { name: 'fp8', needs: ['fp8.w'], run: fp8 },
]

async function* text(
  { engine, textEncoder, tokenize }: Model,
  cases: Cases,
): AsyncGenerator<Computed> {
  const ids = tokenize(cases.text)
  const padded = new Int32Array(textRows)
  padded.set(ids)
  yield { name: 'text.ids', shape: [1, textRows], values: padded }
  const embeds = await encodeText(engine, textEncoder, ids)
  const width = embeds.shape[1]!
  const values = new Float32Array(textRows * width)
  values.set(await engine.read(embeds))
  yield { name: 'text.embeds', shape: [1, textRows, width], values }
}

async function* vae({ engine, vaeEncoder }: Model, cases: Cases): AsyncGenerator<Computed> {
  const { shape, values } = transpose(await cases.get('image'), [1, 2, 0])
  const moments = await encodeImages(engine, vaeEncoder, engine.upload(values, [1, ...shape]))
  const [, h, w, both] = moments.shape as [number, number, number, number]
  const { values: planes } = transpose(
    { shape: [h, w, both], values: await engine.read(moments) },
    [2, 0, 1],
  )
  const half = planes.length / 2
  const goldenShape = [1, both / 2, 1, h, w]
  yield { name: 'vae.mean', shape: goldenShape, values: planes.slice(0, half) }
  // the sampler clamps where it draws; the golden is clamped already
  const logvar = planes.slice(half).map((v) => Math.min(20, Math.max(-30, v)))
  yield { name: 'vae.logvar', shape: goldenShape, values: logvar }
}

async function* cameras({ vaeConfig }: Model, cases: Cases): AsyncGenerator<Computed> {
  const raw = unpackCameras((await cases.get('cameras.raw')).values, cases)
  const sampled = resampleCameras(raw, cases.frames)
  const { cameras: path, frame } = normalizeCameras(sampled)
  const stride = latentStride(vaeConfig)
  const grid = { rows: cases.height / stride, cols: cases.width / stride }
  const dense = densePath(sampled)
  yield {
    name: 'cameras.sampled',
    shape: [path.length, CAMERA_FLOATS],
    values: packCameras(sampled),
  }
  yield {
    name: 'cameras.normalized',
    shape: [1, path.length, CAMERA_FLOATS],
    values: packCameras(path),
  }
  yield { name: 'cameras.T_norm', shape: [1, 1, 1], values: Float32Array.of(frame.extent) }
  yield { name: 'cameras.ref_w2c', shape: [1, 1, 4, 4], values: Float32Array.from(frame.reference) }
  yield { name: 'cameras.dense', shape: [dense.length, CAMERA_FLOATS], values: packCameras(dense) }
  yield {
    name: 'raymaps',
    shape: [1, path.length, grid.rows, grid.cols, 6],
    values: raymaps(path, grid),
  }
}

async function* dit({ engine, transformer }: Model, cases: Cases): AsyncGenerator<Computed> {
  const { config, params } = transformer
  const input = transpose(await cases.get('dit.in'), [0, 2, 3, 4, 1])
  const [, frames, height, width, all] = input.shape as [number, number, number, number, number]
  const image = engine.upload(input.values, [frames, height, width, all])
  const [z, f] = [config.latentChannels, config.features]
  const bounds = [0, z, z + 6, 2 * z + 6, 2 * z + 6 + f, all]
  const part = (i: number) => slice(engine, image, -1, bounds[i]!, bounds[i + 1]!)
  const embeds = await sentenceRows(cases, 'text.embeds')
  const rows = engine.upload(embeds.values, embeds.shape)
  const context = await engine.read(embedText(engine, params.condition_embedder, rows))
  const padded = padContext(context, embeds.shape[0]!)
  yield { name: 'dit.ctx', shape: [1, textRows, padded.length / textRows], values: padded }
  const blocks: Computed[] = []
  const grid = tokenGrid(config, { frames, height, width })
  const out = await transform(
    engine,
    transformer,
    {
      latents: part(0),
      raymap: part(1),
      condition: part(2),
      features: part(3),
      latents3d: part(4),
      timestep: (await cases.get('dit.t')).values[0]!,
      text: textContext(engine, transformer, rows),
      rope: ropeTables(engine, config.headSize, grid),
    },
    {
      onBlock: async (done, _total, stream) => {
        blocks.push({
          name: `dit.block${done - 1}`,
          shape: [1, ...stream.shape],
          values: await engine.read(stream),
        })
      },
    },
  )
  yield* blocks
  const velocity = channelsFirst([1, frames, height, width, z], await engine.read(out.velocity))
  const features = channelsFirst([1, frames, height, width, f], await engine.read(out.features))
  const values = new Float32Array(velocity.length + features.length)
  values.set(velocity)
  values.set(features, velocity.length)
  yield { name: 'dit.out', shape: [1, z + f, frames, height, width], values }
}

async function* recon({ engine, reconDecoder }: Model, cases: Cases): AsyncGenerator<Computed> {
  const toFrames = async (name: string) => {
    const { shape, values } = transpose(await cases.get(name), [0, 2, 3, 4, 1])
    return engine.upload(values, [shape[0]!, shape[2]!, shape[3]!, shape[4]!])
  }
  const latents = await toFrames('recon.z')
  const features = await toFrames('recon.feats')
  const cameraTensor = await goldenCameras(engine, cases, 'cameras.normalized')
  const decoded = decode(engine, reconDecoder, latents, features)
  const [n, rows, columns, width] = decoded.shape as [number, number, number, number]
  const planes = transpose(
    { shape: [n, 1, rows, columns, width], values: await engine.read(decoded) },
    [0, 4, 1, 2, 3],
  )
  yield { name: 'recon.decoded', ...planes }
  const gaussians = await reconstruct(engine, reconDecoder, {
    latents,
    features,
    cameras: cameraTensor,
  })
  const values = await engine.read(gaussians)
  yield { name: 'recon.gaussians', shape: [1, n, 2, rows, columns, PACKED_FLOATS], values }
}

async function* render({ engine }: Model, cases: Cases): AsyncGenerator<Computed> {
  const gaussians = (await cases.get('recon.gaussians')).values
  const views = rasterize(
    engine,
    engine.upload(gaussians, [gaussians.length / PACKED_FLOATS, PACKED_FLOATS]),
    await goldenCameras(engine, cases, 'cameras.normalized'),
    { height: cases.height, width: cases.width, background: [1, 1, 1] },
  )
  yield* renderPlanes('render', views.shape, await engine.read(views))
}

async function* raster({ engine }: Model, cases: Cases): AsyncGenerator<Computed> {
  const cloud = (await cases.get('raster.cloud')).values
  const gaussians = engine.upload(cloud, [cloud.length / PACKED_FLOATS, PACKED_FLOATS])
  const cameraTensor = await goldenCameras(engine, cases, 'raster.cameras')
  for (const [name, value] of [
    ['white', 1],
    ['black', 0],
  ] as const) {
    const [, , , height, width] = (await cases.get(`raster.${name}.rgb`)).shape as [
      number,
      number,
      number,
      number,
      number,
    ]
    const views = rasterize(engine, gaussians, cameraTensor, {
      height,
      width,
      background: [value, value, value],
    })
    yield* renderPlanes(`raster.${name}`, views.shape, await engine.read(views))
  }
}

async function* fp8(_model: Model, cases: Cases): AsyncGenerator<Computed> {
  const { shape, values } = await cases.get('fp8.w')
  const { codes, scale } = quantizeE4m3(values)
  yield { name: 'fp8.bytes', shape, values: codes }
  yield { name: 'fp8.scale', shape: [1], values: Float32Array.of(scale) }
}

/** The rows of a sentence without its padding; the golden has 512, zeros behind the end. */
export async function sentenceRows(cases: Cases, name: string) {
  const { shape, values } = await cases.get(name)
  const width = shape.at(-1)!
  let length = values.length / width
  while (length > 1 && values.subarray((length - 1) * width, length * width).every((v) => v === 0))
    length--
  return { shape: [length, width], values: values.slice(0, length * width) }
}

/** The padding's one row as often as it stands for. */
function padContext(context: Float32Array, length: number): Float32Array {
  const rows = Math.min(length + 1, textRows)
  const width = context.length / rows
  const out = new Float32Array(textRows * width)
  out.set(context)
  for (let row = rows; row < textRows; row++)
    out.set(context.subarray((rows - 1) * width), row * width)
  return out
}

async function goldenCameras(engine: Engine, cases: Cases, name: string): Promise<Tensor> {
  const { values } = await cases.get(name)
  return engine.upload(values, [values.length / CAMERA_FLOATS, CAMERA_FLOATS])
}

const channelsFirst = (
  [b, n, h, w, c]: [number, number, number, number, number],
  values: Float32Array,
) => transpose({ shape: [b, n, h, w, c], values }, [0, 4, 1, 2, 3]).values

/** `[n, H, W, 4]` as the goldens have it: `[1, n, 3, H, W]` and `[1, n, 1, H, W]`. */
export function* renderPlanes(
  name: string,
  shape: readonly number[],
  values: Float32Array,
): Generator<Computed> {
  const [n, height, width] = shape as [number, number, number, number]
  const planes = transpose({ shape, values }, [0, 3, 1, 2]).values
  const rgb = new Float32Array(n * 3 * height * width)
  const depth = new Float32Array(n * height * width)
  const size = height * width
  for (let i = 0; i < n; i++) {
    rgb.set(planes.subarray(i * 4 * size, (i * 4 + 3) * size), i * 3 * size)
    depth.set(planes.subarray((i * 4 + 3) * size, (i * 4 + 4) * size), i * size)
  }
  yield { name: `${name}.rgb`, shape: [1, n, 3, height, width], values: rgb }
  yield { name: `${name}.depth`, shape: [1, n, 1, height, width], values: depth }
}
