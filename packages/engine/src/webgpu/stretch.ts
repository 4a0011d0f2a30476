/** A stretch of a device buffer: one tensor's memory. */
export interface Stretch {
  readonly buffer: GPUBuffer
  readonly offset: number
  readonly size: number
}

/** Where in a buffer something begins. */
export type Place = Pick<Stretch, 'buffer' | 'offset'>
