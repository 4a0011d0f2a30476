import { readGaussians } from '@flashworld/splats'
import { thinned } from './depth.ts'
import { packWorld } from './pack.ts'
import { largest } from './largest.ts'
import type { ReadAnswer, ReadRequest } from './read.ts'

/** Reads and packs one world away from the page, so that the view goes on. */
self.onmessage = async ({ data }: MessageEvent<ReadRequest>) => {
  try {
    const bytes = new Uint8Array(await data.file.arrayBuffer())
    const { gaussians } = await readGaussians(bytes, { fileName: data.name })
    const packed = packWorld(largest(gaussians, data.most))
    const few = thinned(gaussians)
    answer({ packed, few }, [
      ...packed.extArrays.map(({ buffer }) => buffer),
      ...Object.values(packed.extra).map(({ buffer }) => buffer),
    ] as ArrayBuffer[])
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: string }
    answer({ failure: { message, code } })
  }
}

const answer = (given: ReadAnswer, transfer: Transferable[] = []) =>
  self.postMessage(given, { transfer })
