import type { conv2dSizes } from './arguments.ts'

/** What a job's copy of the image may take: a good part of a core's second-level cache. */
const patchBytes = 256 * 1024

/** How many output rows a job of a convolution computes. */
export function chooseRows(s: ReturnType<typeof conv2dSizes>, threads: number): number {
  const lineBytes = (s.outWidth * s.stride + s.kernelWidth) * s.channels * 4
  const fitting = Math.floor((patchBytes / lineBytes - s.kernelHeight) / s.stride)
  const jobsPerImage = threads === 1 ? 1 : Math.ceil((3 * threads) / s.batch)
  const rows = Math.max(1, Math.min(fitting, s.outHeight, Math.ceil(s.outHeight / jobsPerImage)))
  // equal blocks: the last is no rest
  return Math.ceil(s.outHeight / Math.ceil(s.outHeight / rows))
}
