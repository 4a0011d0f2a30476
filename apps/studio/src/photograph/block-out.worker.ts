import { readGaussians, writePly } from '@flashworld/splats'
import { answerInThread } from '../thread/answer.ts'
import { blockOut } from './block-out.ts'
import { depthsOf } from './depths.ts'
import type { BlockOutWork } from './in-worker.ts'

/** The longer side of the map of depths: what the coarse world knows is no finer. */
const MAP_SIDE = 96

/** Paints the coarse world. */
async function paint({ picture, lens, guess: file }: BlockOutWork): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { gaussians: guess } = await readGaussians(bytes, { fileName: 'guess.ply' })
  const scale = MAP_SIDE / Math.max(picture.width, picture.height)
  const size = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  }
  const world = blockOut({ picture, lens, guess, depths: depthsOf(guess, lens, size) })
  return new Blob((await Array.fromAsync(writePly(world))) as Uint8Array<ArrayBuffer>[])
}

answerInThread(paint)
