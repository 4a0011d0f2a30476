import type { Engine } from '@flashworld/engine'
import type { ModelConfigs, Network } from '@flashworld/models'

/** What of a model is on the device, and how much goes through it at once. */
export interface MemoryPlan {
  /**
   * How many blocks of each network, from the first on, stay in the host's memory and are on the device only while they
   * compute. Encoder and decoder of images are one block each, which is there while it works.
   */
  readonly held: Readonly<Record<Network, number>>
  /** Pixels of one call of the image encoder or the decoder at most, but at least a frame. */
  readonly pixelsPerCall: number
}

/** Where a block's number stands in the keys of its parameters; what has none stays on the device. */
const blockNumber: Readonly<Record<Network, RegExp>> = {
  textEncoder: /^encoder\.block\.(\d+)\./,
  transformer: /^blocks\.(\d+)\./,
  vae: /^()/,
  reconDecoder: /^()/,
}

/** Whether a plan leaves a parameter of a network in the host's memory, by its key. */
export const isHeld = ({ held }: MemoryPlan, network: Network) => {
  const count = held[network]
  return (key: string): boolean => {
    const [, block] = blockNumber[network].exec(key) ?? []
    return block !== undefined && Number(block) < count
  }
}

/** What a plan is made from. */
export interface PlanFacts {
  readonly configs: ModelConfigs
  /** Channels between transformer and decoder. */
  readonly features: number
  readonly engine: Pick<Engine, 'kind' | 'half' | 'bytes' | 'gpu'>
}

/** What a scene takes of a GPU. */
export interface Count {
  /** Of the device at most, weights included. */
  readonly peakBytes: number
  /** That go from the host's memory to the device, all in all. */
  readonly broughtBytes: number
}

/** A plan, and what a scene takes by it. */
export type CountedPlan = MemoryPlan & Count

export type Planner = (facts: PlanFacts) => CountedPlan | Promise<CountedPlan>

/** Enough to fill a GPU, few enough for a CPU's progress and caches. */
const pixelsPerCall = { webgpu: 1_500_000, wasm: 50_000, reference: 50_000 }

const nothingHeld = { textEncoder: 0, vae: 0, transformer: 0, reconDecoder: 0 }

/** Everything is on the device. */
export const residentPlan = ({ engine }: Pick<PlanFacts, 'engine'>): MemoryPlan => ({
  held: nothingHeld,
  pixelsPerCall: pixelsPerCall[engine.kind],
})
