import { SplatsError } from './splats-error.ts'

/** Most Gaussians a reader accepts; five times what one generated scene holds. */
export const MAX_GAUSSIANS = 20_000_000

/** Largest text header of a PLY file, bytes. */
export const MAX_PLY_HEADER_BYTES = 65_536

/** Refuses a declared count above the limit, before anything is allocated for it. */
export function checkCount(op: string, count: number): void {
  if (count > MAX_GAUSSIANS) {
    throw new SplatsError(
      'splats/too-large',
      `${op}: expected at most ${MAX_GAUSSIANS} Gaussians, got ${count}`,
    )
  }
}

/** Refuses a file that is shorter than what its header declares. */
export function checkBytes(op: string, expected: number, got: number): void {
  if (got < expected) {
    throw new SplatsError(
      'splats/truncated',
      `${op}: expected at least ${expected} bytes, got ${got}`,
    )
  }
}
