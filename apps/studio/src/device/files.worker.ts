import type { AxesTarget } from '@flashworld/splats'
import {
  formatByName,
  keepMostImportant,
  readGaussians,
  SplatsError,
  TARGET_AXES,
  TIERS,
} from '@flashworld/splats'
import { apparentSizes, visibleGaussians, writeScene } from 'flashworld'
import type { Conversion } from 'flashworld/client'
import { answerInThread } from '../thread/answer.ts'
import type { FileWork, WrittenFile } from './scene-files.ts'

/** Writes what was made, and what was read as another file. */
answerInThread((asked: FileWork) => (asked.type === 'write' ? write(asked.scene) : convert(asked)))

async function write(scene: (FileWork & { type: 'write' })['scene']): Promise<WrittenFile> {
  return {
    file: await blobOf(writeScene(scene, 'scene.ply')),
    gaussians: visibleGaussians(scene).count,
  }
}

async function convert({ file, name, to }: FileWork & { type: 'convert' }): Promise<WrittenFile> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { gaussians: whole } = await readGaussians(bytes, { fileName: name })
  const limit = limitOf(to)
  const gaussians =
    whole.count > limit ? keepMostImportant(whole, apparentSizes(whole), limit) : whole
  const { write: written } = formatByName(`scene.${to.to}`)
  if (!written) {
    throw new SplatsError('splats/unsupported', `expected a format to write, got ${to.to}`)
  }
  const axes = to.target === undefined ? undefined : TARGET_AXES[to.target as AxesTarget]
  return {
    file: await blobOf(written(gaussians, axes ? { axes } : {})),
    gaussians: gaussians.count,
  }
}

const limitOf = ({ tier = 'full' }: Conversion): number => TIERS[tier as keyof typeof TIERS]

const blobOf = async (chunks: AsyncIterable<Uint8Array>) =>
  new Blob((await Array.fromAsync(chunks)) as Uint8Array<ArrayBuffer>[])
