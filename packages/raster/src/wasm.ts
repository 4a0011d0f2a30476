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

/** A job's Gaussians; a multiple of four. */
const perBlock = 2048

export function rasterizeWasm(args: RasterizeArgs, out: Tensor, wasm: WasmHost): void {
  const pixels = args.width * args.height
  eachView(args, wasm, (view, tiles) => {
    blendTiles(args, wasm, {
      tiles,
      image: wasm.pointer(out) + view * pixels * 16,
      background: args.background,
    })
  })
}

export function contributionsWasm(args: SceneArgs, out: Tensor, wasm: WasmHost): void {
  floats(out).fill(0)
  eachView(args, wasm, (_, tiles) => {
    wasm.temporary(tiles.pairCount * 4, (weights) => {
      blendTiles(args, wasm, { tiles, weights })
      emit(args, wasm, { tiles, weights, sums: wasm.pointer(out) })
    })
  })
}

/** Where a view's splats are, and which tiles they show in. All but the counts are addresses. */
interface Tiles {
  readonly splats: number
  readonly splatCounts: number
  /** `[blocks, tiles]`: how many splats; then, where their pairs start. */
  readonly tally: number
  readonly tileStarts: number
  readonly pairs: number
  readonly pairCount: number
  /** Pairs of the tile that has most. */
  readonly mostPairs: number
}

function eachView(
  args: SceneArgs,
  wasm: WasmHost,
  blend: (view: number, tiles: Tiles) => void,
): void {
  const count = args.gaussians.shape[0]!
  const { blocks, tileCount } = counts(args)
  const prepared = Math.ceil(count / 4) * constants.PREPARED_BYTES
  const splats = count * constants.SPLAT_BYTES
  const [splatCounts, tally] = [blocks * 4, blocks * tileCount * 4]
  const align = (bytes: number) => Math.ceil(bytes / 16) * 16
  const sizes = [prepared, splats, splatCounts, tally, (tileCount + 1) * 4].map(align)
  wasm.temporary(
    sizes.reduce((a, b) => a + b),
    (base) => {
      const [preparedAt, splatsAt, splatCountsAt, tallyAt, tileStarts] = sizes.map((_, i) =>
        sizes.slice(0, i).reduce((a, b) => a + b, base),
      ) as [number, number, number, number, number]
      const { gaussians } = args
      wasm.parallel(rasterPrepareKernel, {
        jobs: blocks,
        args: { gaussians, count, prepared: preparedAt, perBlock, minAlpha },
      })
      unpackViews(floats(args.cameras), args).forEach((view, index) => {
        const seen = { splats: splatsAt, splatCounts: splatCountsAt, tally: tallyAt, tileStarts }
        project(args, wasm, { view, prepared: preparedAt, ...seen })
        const { pairCount, mostPairs } = findStarts(args, wasm, seen)
        wasm.temporary(pairCount * 4, (pairs) => {
          const tiles = { ...seen, pairs, pairCount, mostPairs }
          emit(args, wasm, { tiles, weights: 0, sums: 0 })
          blend(index, tiles)
        })
      })
    },
  )
}

function counts({ gaussians, width, height }: SceneArgs) {
  const tileColumns = Math.ceil(width / constants.TILE)
  return {
    blocks: Math.ceil(gaussians.shape[0]! / perBlock),
    tileColumns,
    tileCount: tileColumns * Math.ceil(height / constants.TILE),
  }
}

interface Projected extends Pick<Tiles, 'splats' | 'splatCounts' | 'tally' | 'tileStarts'> {
  readonly view: View
  readonly prepared: number
}

function project(
  args: SceneArgs,
  wasm: WasmHost,
  { view, prepared, splats, splatCounts, tally }: Projected,
): void {
  const { gaussians, width, height } = args
  const [[leastSlopeX, mostSlopeX], [leastSlopeY, mostSlopeY]] = slopeLimits(view, args)
  const scene = { gaussians, count: gaussians.shape[0]!, prepared, perBlock }
  const slopes = { leastSlopeX, mostSlopeX, leastSlopeY, mostSlopeY }
  wasm.parallel(rasterProjectKernel, {
    jobs: counts(args).blocks,
    args: {
      ...scene,
      splats,
      splatCounts,
      tally,
      width,
      height,
      ...view,
      ...slopes,
      near,
      far,
      blur,
    },
  })
}

/** Turns the tally into where pairs start: tile by tile, and in each by the scene's order. */
function findStarts(
  args: SceneArgs,
  wasm: WasmHost,
  { tally, tileStarts }: Pick<Tiles, 'tally' | 'tileStarts'>,
) {
  const { blocks, tileCount } = counts(args)
  const table = wordsAt(wasm, tally, blocks * tileCount)
  const starts = wordsAt(wasm, tileStarts, tileCount + 1)
  let [pairCount, mostPairs] = [0, 0]
  for (let tile = 0; tile < tileCount; tile++) {
    starts[tile] = pairCount
    for (let at = tile; at < table.length; at += tileCount) {
      const size = table[at]!
      table[at] = pairCount
      pairCount += size
    }
    mostPairs = Math.max(mostPairs, pairCount - starts[tile]!)
  }
  starts[tileCount] = pairCount
  return { pairCount, mostPairs }
}

/** Fills `pairs`; with weights, adds them to the sums of their Gaussians instead. */
function emit(
  args: SceneArgs,
  wasm: WasmHost,
  { tiles, weights, sums }: { tiles: Tiles; weights: number; sums: number },
): void {
  const { blocks, tileColumns, tileCount } = counts(args)
  const { splats, splatCounts, tally: pairStarts, pairs } = tiles
  const places = { splats, splatCounts, pairStarts, pairs, weights, sums }
  wasm.parallel(rasterEmitKernel, {
    jobs: blocks,
    args: { ...places, perBlock, tileColumns, tileCount },
  })
}

interface Blend {
  readonly tiles: Tiles
  /** Where the view's picture goes, if there is to be one. */
  readonly image?: number
  readonly background?: readonly [number, number, number]
  /** Where the weight of each pair goes, if that is asked for. */
  readonly weights?: number
}

function blendTiles(
  args: SceneArgs,
  wasm: WasmHost,
  { tiles, image, background = [0, 0, 0], weights }: Blend,
): void {
  const { splats, pairs, tileStarts, mostPairs } = tiles
  const { width, height } = args
  const bounds = { minAlpha, maxAlpha, minTransmittance }
  wasm.parallel(rasterBlendKernel, {
    jobs: counts(args).tileCount,
    args: {
      splats,
      pairs,
      tileStarts,
      mostPairs,
      width,
      height,
      image,
      weights,
      background,
      ...bounds,
    },
  })
}

function wordsAt(wasm: WasmHost, pointer: number, length: number): Uint32Array {
  const { buffer } = wasm.floatsAt(pointer, length)
  return new Uint32Array(buffer, pointer, length)
}
