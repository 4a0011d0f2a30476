import type { ServerOptions } from './options.ts'

/** The least that a job may take: a first scene on a slow device, before anything was measured; seconds. */
const leastBudget = 600

/** Seconds that a job may take on its device: what the operator says, else ten times what its size has taken. */
export const jobBudget = (
  { gpuBudget }: Pick<ServerOptions, 'gpuBudget'>,
  pixels: number,
  secondsPerPixel: number | null,
): number =>
  gpuBudget > 0 ? gpuBudget : Math.max(leastBudget, 10 * pixels * (secondsPerPixel ?? 0))
