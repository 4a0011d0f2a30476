import { intArg, pointerArg } from './args'

/**
 * Runs of words from one place to another. A job is a block of runs.
 * Args: from, to, count, words from one run to the next in each, run length, runs a job.
 */
export function copyRuns(args: usize, job: i32, scratch: usize): void {
  const fromApart = <usize>intArg(args, 3) << 2
  const toApart = <usize>intArg(args, 4) << 2
  const bytes = <usize>intArg(args, 5) << 2
  const perJob = intArg(args, 6)
  const first = job * perJob
  const end = min(first + perJob, intArg(args, 2))
  let from = pointerArg(args, 0) + <usize>first * fromApart
  let to = pointerArg(args, 1) + <usize>first * toApart
  for (let run = first; run < end; run++, from += fromApart, to += toApart) memory.copy(to, from, bytes)
}

/**
 * Six axes in another order. A job is a block of the result's lines (its last axis).
 * Args: from, to, lines, lines a job, the result's six sizes, six strides in `from`.
 */
export function permute(args: usize, job: i32, scratch: usize): void {
  const perJob = intArg(args, 3)
  const first = job * perJob
  const end = min(first + perJob, intArg(args, 2))
  const length = intArg(args, 9)
  const step = <usize>intArg(args, 15) << 2
  let to = pointerArg(args, 1) + <usize>first * length * 4
  for (let line = first; line < end; line++) {
    let rest = line
    let from = pointerArg(args, 0)
    for (let axis = 4; axis >= 0; axis--) {
      const size = intArg(args, 4 + axis)
      from += <usize>((rest % size) * intArg(args, 10 + axis)) << 2
      rest /= size
    }
    if (step == 4) {
      memory.copy(to, from, <usize>length << 2)
      to += <usize>length << 2
    } else {
      for (let i = 0; i < length; i++, from += step, to += 4) store<u32>(to, load<u32>(from))
    }
  }
}

/**
 * Means of groups of the entries (channel, time, row, column) of blocks of pixels. A job is a row of one image.
 * Args: x, add or 0, out, H, W, C, channels out, time factor, space factor.
 */
export function avgDown(args: usize, job: i32, scratch: usize): void {
  const width = intArg(args, 4)
  const channels = intArg(args, 5)
  const outChannels = intArg(args, 6)
  const time = intArg(args, 7)
  const space = intArg(args, 8)
  const area = space * space
  const group = (channels * time * area) / outChannels
  const outWidth = width / space
  const add = pointerArg(args, 1)
  let at = <usize>job * outWidth * outChannels * 4
  for (let col = 0; col < outWidth; col++) {
    // rows of an image's blocks follow each other over all images, since its height is a multiple of `space`
    const block = pointerArg(args, 0) + <usize>(job * space * width + col * space) * channels * 4
    let index = 0
    for (let o = 0; o < outChannels; o++, at += 4) {
      let sum: f32 = 0
      for (let i = 0; i < group; i++, index++) {
        const inBlock = index & (area - 1)
        const plane = index / area
        if (time == 2 && (plane & 1) == 0) continue
        const pixel = area == 1 ? 0 : (inBlock >> 1) * width + (inBlock & 1)
        sum += load<f32>(block + (<usize>(pixel * channels + plane / time) << 2))
      }
      const before = add ? load<f32>(add + at) : 0
      store<f32>(pointerArg(args, 2) + at, sum / <f32>group + before)
    }
  }
}

/**
 * Entry (channel, row, column) of a pixel's 2 x 2 block is its channel entry / repeats. A job is a row of the result.
 * Args: x, add or 0, out, W, C, channels out, repeats.
 */
export function dupUp(args: usize, job: i32, scratch: usize): void {
  const width = intArg(args, 3)
  const channels = intArg(args, 4)
  const outChannels = intArg(args, 5)
  const repeats = intArg(args, 6)
  const add = pointerArg(args, 1)
  const out = pointerArg(args, 2)
  let at = <usize>job * width * 2 * outChannels * 4
  for (let col = 0; col < width * 2; col++) {
    const pixel = pointerArg(args, 0) + <usize>((job >> 1) * width + (col >> 1)) * channels * 4
    let entry = (job & 1) * 2 + (col & 1)
    for (let o = 0; o < outChannels; o++, at += 4, entry += 4) {
      const before = add ? load<f32>(add + at) : 0
      store<f32>(out + at, load<f32>(pixel + (<usize>(entry / repeats) << 2)) + before)
    }
  }
}
