import { AvgDownArguments, CopyRunsArguments, DupUpArguments, MOST_AXES, PermuteArguments } from './arguments'

/** Runs of words from one place to another. A job is a block of runs. */
export function copyRuns(args: CopyRunsArguments, job: i32, scratch: usize): void {
  const fromApart = <usize>args.fromApart << 2
  const toApart = <usize>args.toApart << 2
  const bytes = <usize>args.length << 2
  const perJob = args.rowsPerJob
  const first = job * perJob
  const end = min(first + perJob, args.rows)
  let from = args.from + <usize>first * fromApart
  let to = args.to + <usize>first * toApart
  for (let run = first; run < end; run++, from += fromApart, to += toApart) memory.copy(to, from, bytes)
}

/** Axes in another order. A job is a block of the result's lines (its last axis). */
export function permute(args: PermuteArguments, job: i32, scratch: usize): void {
  const perJob = args.rowsPerJob
  const first = job * perJob
  const end = min(first + perJob, args.rows)
  const length = args.sizes(MOST_AXES - 1)
  const step = <usize>args.strides(MOST_AXES - 1) << 2
  let to = args.to + <usize>first * length * 4
  for (let line = first; line < end; line++) {
    let rest = line
    let from = args.from
    for (let axis = MOST_AXES - 2; axis >= 0; axis--) {
      const size = args.sizes(axis)
      from += <usize>((rest % size) * args.strides(axis)) << 2
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

/** Means of groups of the entries (channel, time, row, column) of blocks of pixels. A job is a row of one image. */
export function avgDown(args: AvgDownArguments, job: i32, scratch: usize): void {
  const width = args.width
  const channels = args.channels
  const outChannels = args.outChannels
  const time = args.timeFactor
  const space = args.spaceFactor
  const area = space * space
  const group = (channels * time * area) / outChannels
  const outWidth = width / space
  const add = args.add
  let at = <usize>job * outWidth * outChannels * 4
  for (let col = 0; col < outWidth; col++) {
    // rows of an image's blocks follow each other over all images, since its height is a multiple of `space`
    const block = args.x + <usize>(job * space * width + col * space) * channels * 4
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
      store<f32>(args.out + at, sum / <f32>group + before)
    }
  }
}

/** Entry (channel, row, column) of a pixel's 2 x 2 block is its channel entry / repeats. A job is a row of the result. */
export function dupUp(args: DupUpArguments, job: i32, scratch: usize): void {
  const width = args.width
  const channels = args.channels
  const outChannels = args.outChannels
  const repeats = args.repeats
  const add = args.add
  const out = args.out
  let at = <usize>job * width * 2 * outChannels * 4
  for (let col = 0; col < width * 2; col++) {
    const pixel = args.x + <usize>((job >> 1) * width + (col >> 1)) * channels * 4
    let entry = (job & 1) * 2 + (col & 1)
    for (let o = 0; o < outChannels; o++, at += 4, entry += 4) {
      const before = add ? load<f32>(add + at) : 0
      store<f32>(out + at, load<f32>(pixel + (<usize>(entry / repeats) << 2)) + before)
    }
  }
}
