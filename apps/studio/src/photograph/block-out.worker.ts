import { readGaussians, writePly } from '@flashworld/splats'
import { blockOut } from './block-out.ts'
import { depthsOf } from './depths.ts'
import type { BlockOutAnswer, BlockOutWork } from './in-worker.ts'

/** The longer side of the map of depths: what the coarse world knows is no finer. */
const MAP_SIDE = 96

/** Paints away from the page, so that the view goes on. */
self.onmessage = async ({ data }: MessageEvent<BlockOutWork>) => {
  try {
    const bytes = new Uint8Array(await data.guess.arrayBuffer())
    const { gaussians: guess } = await readGaussians(bytes, { fileName: 'guess.ply' })
    const { picture, lens } = data
    const scale = MAP_SIDE / Math.max(picture.width, picture.height)
    const size = {
      width: Math.max(1, Math.round(picture.width * scale)),
      height: Math.max(1, Math.round(picture.height * scale)),
    }
    const world = blockOut({ picture, lens, guess, depths: depthsOf(guess, lens, size) })
    const file = new Blob((await Array.fromAsync(writePly(world))) as Uint8Array<ArrayBuffer>[])
    answer({ file })
  } catch (error) {
    answer({ failure: (error as Error).message })
  }
}

const answer = (given: BlockOutAnswer) => self.postMessage(given)
