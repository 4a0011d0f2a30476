/**
 * The block of memory through which threads share work: 32-bit words, then the kernel's arguments.
 * wasm/kernels/team.ts reads the same layout.
 */
export const word = {
  /** Counts dispatches; idle workers wait on it. */
  epoch: 0,
  /** Jobs that nobody has claimed yet. */
  remaining: 1,
  /** Jobs that are not done; the caller waits on it. */
  pending: 2,
  kernel: 3,
  jobs: 4,
  closed: 5,
  scratch: 6,
  scratchStride: 7,
  /** Workers that are up. */
  ready: 8,
  /** Set by a worker whose kernel trapped. */
  failed: 9,
} as const

export const argsOffset = 64
export const maxArgs = 56
/** A multiple of 64, since tensors come after it. */
export const controlBytes = argsOffset + maxArgs * 8
