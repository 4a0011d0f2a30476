import type { BrowserCapabilities } from 'flashworld/browser'

/** What a browser may have, in the order in which it matters. */
export type Ability = 'gpu' | 'half' | 'matrix' | 'buffers' | 'threads' | 'storage' | 'films'

/** What it has of it: all that helps, less than that, or nothing. What follows is said under `device.abilities`. */
export type Standing = 'has' | 'part' | 'lacks'

export interface Finding {
  readonly ability: Ability
  readonly standing: Standing
  /** A name, or an amount in `unit`. */
  readonly value: string | number | null
}

/** One buffer of the published model's largest scene, bytes. */
const largeBuffer = 2 ** 31 - 2 ** 20

/** What follows from what a browser has. */
export function findingsOf(found: BrowserCapabilities): Finding[] {
  const { gpu, whyNoGpu, cores, isolated, sharedMemory, storage, quotaBytes, usedBytes } = found
  const ofGpu: Finding[] = gpu
    ? [
        { ability: 'gpu', standing: gpu.software ? 'part' : 'has', value: gpu.name },
        { ability: 'half', standing: gpu.f16 ? 'has' : 'lacks', value: null },
        { ability: 'matrix', standing: gpu.matrixUnits ? 'has' : 'lacks', value: null },
        {
          ability: 'buffers',
          standing: gpu.bindingBytes >= largeBuffer ? 'has' : 'part',
          value: gpu.bindingBytes,
        },
      ]
    : [{ ability: 'gpu', standing: 'lacks', value: whyNoGpu ?? null }]
  return [
    ...ofGpu,
    { ability: 'threads', standing: isolated && sharedMemory ? 'has' : 'part', value: cores },
    {
      ability: 'storage',
      standing: storage ? 'has' : 'lacks',
      value: quotaBytes === undefined ? null : Math.max(0, quotaBytes - (usedBytes ?? 0)),
    },
    { ability: 'films', standing: found.webCodecs ? 'has' : 'lacks', value: null },
  ]
}
