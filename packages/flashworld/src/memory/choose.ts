import type { Network } from '@flashworld/models'
import { describeNetworks, networks, parameterBytes } from '@flashworld/models'
import { FlashWorldError } from '../errors.ts'
import { defaultsOf } from '../known-models.ts'
import type { RehearsedScene } from '../rehearse.ts'
import { countMemory } from './count.ts'
import type { Count, CountedPlan, MemoryPlan, PlanFacts, Planner } from './plan.ts'
import { isHeld, residentPlan } from './plan.ts'

/** What may be told to stay in the host's memory, and the networks that it is. */
const offloadable = {
  text: ['textEncoder'],
  vae: ['vae', 'reconDecoder'],
  transformer: ['transformer'],
} as const satisfies Readonly<Record<string, readonly Network[]>>

/** What a user says of memory. */
export interface MemoryWish {
  /** Of the card, GiB; left out, whatever there is. */
  readonly gibibytes?: number | undefined
  /** What stays in the host's memory however much there is. */
  readonly offload?: readonly (keyof typeof offloadable)[]
}

const GiB = 2 ** 30

/** Of a card's memory, what is left to its driver and to the desktop. */
const reservedBytes = GiB

/** The sizes of cards for which plans are made and shown. */
export const memorySizes = [4, 6, 8, 12, 16, 24] as const

/** Device bytes that a scene may take on a card of so many GiB. */
export const budgetOf = (gibibytes: number): number => gibibytes * GiB - reservedBytes

/** The largest of them whose plan takes less than this one, GiB. */
export const smallerMemory = ({ peakBytes }: Count): number | undefined =>
  memorySizes.findLast((size) => budgetOf(size) < peakBytes)

/**
 * A planner by a wish.
 * @param scene that is to fit
 * @example
 * ```ts
 * import { embeddedModel, folderSource, openEngine } from 'flashworld/node'
 * import { loadModel, plannedFor } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * const plan = plannedFor({ gibibytes: 8 }, 'usual')
 * using model = await loadModel({ engine, source: folderSource(embeddedModel()), plan })
 * ```
 */
export const plannedFor =
  (wish: MemoryWish, scene: RehearsedScene): Planner =>
  (facts) =>
    choosePlan(facts, wish, scene)

/**
 * The plan that gives up least: blocks of the text encoder go to the host's memory first, which costs one way to the
 * device a scene; then blocks of the transformer, four ways; then image encoder and decoder; at last fewer frames go
 * through these at once. A plan is counted, not estimated.
 * @throws FlashWorldError `memory/too-small` when the smallest plan takes more than the wish
 */
export async function choosePlan(
  facts: PlanFacts,
  { gibibytes, offload = [] }: MemoryWish,
  scene: RehearsedScene,
): Promise<CountedPlan> {
  const whole = residentPlan(facts)
  if (!facts.engine.gpu) return { ...whole, peakBytes: 0, broughtBytes: 0 }
  const counted = async ({ held, pixelsPerCall }: MemoryPlan): Promise<CountedPlan> => {
    const plan = { held, pixelsPerCall }
    return { ...plan, ...(await countMemory(facts, plan, scene)) }
  }
  const budget = gibibytes === undefined ? Infinity : budgetOf(gibibytes)
  let best = await counted({
    ...whole,
    held: holding(
      whole.held,
      facts,
      offload.flatMap((name) => offloadable[name]),
    ),
  })
  for (const network of ['textEncoder', 'transformer'] as const) {
    const block = blockBytes(facts, network)
    const most = blocksOf(facts)[network]
    while (best.peakBytes > budget && best.held[network] < most) {
      const more = Math.ceil((best.peakBytes - budget) / block)
      const count = Math.min(most, best.held[network] + more)
      best = await counted({ ...best, held: { ...best.held, [network]: count } })
    }
  }
  if (best.peakBytes > budget)
    best = await counted({ ...best, held: holding(best.held, facts, networks) })
  const least = framePixels(facts, scene)
  while (best.peakBytes > budget && best.pixelsPerCall >= 2 * least)
    best = await counted({ ...best, pixelsPerCall: Math.floor(best.pixelsPerCall / 2) })
  if (best.peakBytes <= budget) return best
  throw new FlashWorldError(
    'memory/too-small',
    `memory: expected at least ${Math.ceil((best.peakBytes + reservedBytes) / GiB)} GiB for such a scene, got ${gibibytes}`,
  )
}

/** Blocks that can be held by themselves. */
const blocksOf = ({ configs, features }: PlanFacts): Readonly<Record<Network, number>> => {
  const { textEncoder, transformer } = describeNetworks(configs, features).configs
  return {
    textEncoder: textEncoder.layers,
    vae: 1,
    transformer: transformer.layers,
    reconDecoder: 1,
  }
}

/** What is held with all blocks of some networks besides. */
function holding(
  held: MemoryPlan['held'],
  facts: PlanFacts,
  offload: readonly Network[],
): MemoryPlan['held'] {
  const all = blocksOf(facts)
  return { ...held, ...Object.fromEntries(offload.map((network) => [network, all[network]])) }
}

/** Bytes of the first block of a network on the device. */
function blockBytes(facts: PlanFacts, network: Network): number {
  const tree = describeNetworks(facts.configs, facts.features).trees[network]
  const first = { ...residentPlan(facts), held: { ...residentPlan(facts).held, [network]: 1 } }
  return parameterBytes(facts.engine, tree, isHeld(first, network))
}

function framePixels({ configs, features }: PlanFacts, scene: RehearsedScene): number {
  const { transformer } = describeNetworks(configs, features).configs
  const [, height, width] = scene === 'usual' ? defaultsOf(transformer, '').resolution : scene
  return height * width
}
