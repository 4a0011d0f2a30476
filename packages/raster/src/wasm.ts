import type { Tensor, WasmHost } from '@flashworld/engine'
import { floats } from '@flashworld/engine'
import { blur, far, maxAlpha, minAlpha, minTransmittance, near } from './limits.ts'
import type { RasterizeArgs, SceneArgs } from './arguments.ts'
import type { View } from './view.ts'
import { slopeLimits, unpackViews } from './view.ts'
import {
  constants,
  rasterBlendKernel,
  rasterEmitKernel,
  rasterPrepareKernel,
  rasterProjectKernel,
} from './wasm-kernels.ts'

/** A job's Gaussians; a multiple of four. Their 208 bytes each stay in a core's cache for all views. */
const perBlock = 2048

/** What the splats of the views that are drawn together may take: memory is slower than projecting. */
const splatBytesAtOnce = 24 * 2 ** 20

export function rasterizeWasm(args: RasterizeArgs, out: Tensor, wasm: WasmHost): void {
  const viewBytes = args.width * args.height * 16
  const splatBytes = counts(args).blocks * perBlock * constants.SPLAT_BYTES
  const together = Math.max(1, Math.floor(splatBytesAtOnce / splatBytes))
  eachViews(args, wasm, together, (first, tiles) => {
    const images = wasm.pointer(out) + first * viewBytes
    blendTiles(args, wasm, { tiles, images, background: args.background })
  })
}

export function contributionsWasm(args: SceneArgs, out: Tensor, wasm: WasmHost): void {
  floats(out).fill(0)
  eachViews(args, wasm, 1, (_, tiles) => {
    wasm.temporary(tiles.pairCount * 4, (weights) => {
      blendTiles(args, wasm, { tiles, weights })
      emit(args, wasm, { tiles, weights, sums: wasm.pointer(out) })
    })
  })
}

/** Where some views' splats are, and which tiles they show in. All but the counts are addresses. */
interface Tiles {
  readonly viewCount: number
  readonly splats: number
  readonly splatCounts: number
  /** `[views, blocks, tiles]`: how many splats; then, where their pairs start. */
  readonly tally: number
  /** `[views * tiles + 1]` */
  readonly tileStarts: number
  readonly pairs: number
  readonly pairCount: number
  /** Pairs of the tile that has most. */
  readonly mostPairs: number
}

/** Calls `blend` with at most so many views at a time, and the first one's number. */
function eachViews(
  args: SceneArgs,
  wasm: WasmHost,
  together: number,
  blend: (first: number, tiles: Tiles) => void,
): void {
  const views = unpackViews(floats(args.cameras), args)
  const turns = Math.ceil(views.length / together)
  const most = Math.ceil(views.length / Math.max(1, turns))
  const { gaussians } = args
  const count = gaussians.shape[0]!
  const { blocks, tileCount } = counts(args)
  const parts = {
    prepared: Math.ceil(count / 4) * constants.PREPARED_BYTES,
    views: most * constants.VIEW_BYTES,
    splats: most * blocks * perBlock * constants.SPLAT_BYTES,
    splatCounts: most * blocks * 4,
    tally: most * blocks * tileCount * 4,
    tileStarts: (most * tileCount + 1) * 4,
  }
  layOut(wasm, parts, (at) => {
    const { prepared } = at
    wasm.parallel(rasterPrepareKernel, {
      jobs: blocks,
      args: { gaussians, count, prepared, perBlock, minAlpha },
    })
    for (let first = 0; first < views.length; first += most) {
      const some = views.slice(first, first + most)
      project(args, wasm, { ...at, views: some, viewsAt: at.views })
      const seen = { ...at, viewCount: some.length }
      const { pairCount, mostPairs } = findStarts(args, wasm, seen)
      wasm.temporary(pairCount * constants.PAIR_BYTES, (pairs) => {
        const tiles = { ...seen, pairs, pairCount, mostPairs }
        emit(args, wasm, { tiles, weights: 0, sums: 0 })
        blend(first, tiles)
      })
    }
  })
}

/** Memory for parts of so many bytes, wherever there is room for one, for as long as `body` runs. */
function layOut<Name extends string>(
  wasm: WasmHost,
  parts: Readonly<Record<Name, number>>,
  body: (at: Readonly<Record<Name, number>>) => void,
): void {
  const at: Record<string, number> = {}
  const place = ([first, ...rest]: [string, number][]): void => {
    if (!first) return body(at as Record<Name, number>)
    const [name, bytes] = first
    wasm.temporary(bytes, (pointer) => {
      at[name] = pointer
      place(rest)
    })
  }
  place(Object.entries(parts))
}

function counts({ gaussians, width, height }: SceneArgs) {
  const tileColumns = Math.ceil(width / constants.TILE_WIDTH)
  return {
    blocks: Math.ceil(gaussians.shape[0]! / perBlock),
    tileColumns,
    tileCount: tileColumns * Math.ceil(height / constants.TILE_HEIGHT),
  }
}

interface Projected extends Pick<Tiles, 'splats' | 'splatCounts' | 'tally'> {
  readonly views: readonly View[]
  readonly viewsAt: number
  readonly prepared: number
}

function project(
  args: SceneArgs,
  wasm: WasmHost,
  { views, viewsAt, prepared, splats, splatCounts, tally }: Projected,
): void {
  const { gaussians, width, height } = args
  const { blocks } = counts(args)
  const packed = views.flatMap((view) => packView(view, args))
  wasm.floatsAt(viewsAt, packed.length).set(packed)
  const scene = { gaussians, count: gaussians.shape[0]!, prepared, perBlock, blockCount: blocks }
  const seen = { views: viewsAt, viewCount: views.length, width, height }
  const results = { splats, splatCounts, tally }
  wasm.parallel(rasterProjectKernel, {
    jobs: blocks,
    args: { ...scene, ...seen, ...results, near, far, blur },
  })
}

/** A view as the kernel reads it. */
function packView(view: View, args: SceneArgs): number[] {
  const { rotation, position, fx, fy, cx, cy } = view
  const [slopesX, slopesY] = slopeLimits(view, args)
  return [...rotation, ...position, fx, fy, cx, cy, ...slopesX, ...slopesY]
}

/** Turns the tally into where pairs start: view by view, tile by tile, and in each by the scene's order. */
function findStarts(
  args: SceneArgs,
  wasm: WasmHost,
  { viewCount, tally, tileStarts }: Pick<Tiles, 'viewCount' | 'tally' | 'tileStarts'>,
) {
  const { blocks, tileCount } = counts(args)
  const table = wordsAt(wasm, tally, viewCount * blocks * tileCount)
  const starts = wordsAt(wasm, tileStarts, viewCount * tileCount + 1)
  let [pairCount, mostPairs] = [0, 0]
  for (let view = 0; view < viewCount; view++) {
    const end = (view + 1) * blocks * tileCount
    for (let tile = 0; tile < tileCount; tile++) {
      const start = pairCount
      starts[view * tileCount + tile] = start
      for (let at = view * blocks * tileCount + tile; at < end; at += tileCount) {
        const size = table[at]!
        table[at] = pairCount
        pairCount += size
      }
      mostPairs = Math.max(mostPairs, pairCount - start)
    }
  }
  starts[viewCount * tileCount] = pairCount
  return { pairCount, mostPairs }
}

/** Fills `pairs`; with weights, adds them to the sums of their Gaussians instead, which takes one view at a time. */
function emit(
  args: SceneArgs,
  wasm: WasmHost,
  { tiles, weights, sums }: { tiles: Tiles; weights: number; sums: number },
): void {
  const { blocks, tileColumns, tileCount } = counts(args)
  const { viewCount, splats, splatCounts, tally: pairStarts, pairs } = tiles
  const places = { splats, splatCounts, pairStarts, pairs, weights, sums }
  wasm.parallel(rasterEmitKernel, {
    jobs: viewCount * blocks,
    args: { ...places, perBlock, tileColumns, tileCount },
  })
}

interface Blend {
  readonly tiles: Tiles
  /** Where the views' pictures go, if there are to be any. */
  readonly images?: number
  readonly background?: readonly [number, number, number]
  /** Where the weight of each pair goes, if that is asked for. */
  readonly weights?: number
}

function blendTiles(
  args: SceneArgs,
  wasm: WasmHost,
  { tiles, images, background = [0, 0, 0], weights }: Blend,
): void {
  const { viewCount, splats, pairs, tileStarts, mostPairs } = tiles
  const { width, height } = args
  const sorted = { splats, pairs, tileStarts, mostPairs }
  const results = { width, height, images, weights, background }
  wasm.parallel(rasterBlendKernel, {
    jobs: viewCount * counts(args).tileCount,
    args: { ...sorted, ...results, minAlpha, maxAlpha, minTransmittance },
  })
}

function wordsAt(wasm: WasmHost, pointer: number, length: number): Uint32Array {
  const { buffer } = wasm.floatsAt(pointer, length)
  return new Uint32Array(buffer, pointer, length)
}
