import { readGaussians } from '@flashworld/splats'
import { answerInThread } from '../../thread/answer.ts'
import { thinned } from './depth.ts'
import { packWorld } from './pack.ts'
import { largest } from './largest.ts'
import type { ReadRequest, WorldData } from './read.ts'

/** Reads and packs one world. */
async function read({ file, name, most }: ReadRequest): Promise<WorldData> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { gaussians } = await readGaussians(bytes, { fileName: name })
  return { packed: packWorld(largest(gaussians, most)), few: thinned(gaussians) }
}

answerInThread(
  read,
  ({ packed }) =>
    [...packed.extArrays, ...Object.values(packed.extra)].map(
      ({ buffer }) => buffer,
    ) as ArrayBuffer[],
)
