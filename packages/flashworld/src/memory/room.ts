import { EngineError } from '@flashworld/engine'
import type { Model } from '../model.ts'
import type { RehearsedScene } from '../rehearse.ts'
import type { MemoryWish } from './choose.ts'
import { choosePlan, smallerMemory } from './choose.ts'
import type { CountedPlan, PlanFacts, Planner } from './plan.ts'

/** A model on a device that may turn out to be full. */
export interface Room {
  /** The model, loaded where it is not. @throws what loading throws; see `onFull` */
  model(): Promise<Model>
  /**
   * Where the error says that the device was full, and nobody said how much memory there is, loads the model again by the
   * next smaller plan. Otherwise throws the error, with the next smaller plan named; the model stays.
   */
  onFull(error: unknown): Promise<void>
  dispose(): void
}

/** @param scene that is to fit */
export function createRoom(
  { wish, scene }: { readonly wish: MemoryWish; readonly scene: RehearsedScene },
  load: (plan: Planner) => Promise<Model>,
): Room {
  let facts: PlanFacts | undefined
  let plan: CountedPlan | undefined
  let model: Model | undefined

  const planner: Planner = async (given) =>
    (plan ??= await choosePlan((facts = given), wish, scene))

  const dispose = () => {
    model?.dispose()
    model = undefined
  }

  const onFull = async (error: unknown) => {
    if (!isFull(error) && !isLost(error)) throw error
    const smaller = plan && smallerMemory(plan)
    if (!facts || smaller === undefined) throw error
    const next = choosePlan(facts, { ...wish, gibibytes: smaller }, scene)
    const nextPlan = await next.catch(() => undefined)
    if (!nextPlan) throw error
    if (isLost(error) || wish.gibibytes !== undefined) throw naming(error, smaller)
    const engine = model?.engine
    dispose()
    engine?.trim() // or the freed weights stay for re-use
    plan = nextPlan
  }

  return {
    async model() {
      while (!model) {
        try {
          model = await load(planner)
        } catch (error) {
          await onFull(error)
        }
      }
      return model
    },
    onFull,
    dispose,
  }
}

/** The room of a model that stays as it is. */
export const roomOf = (model: Model): Room => ({
  model: () => Promise.resolve(model),
  onFull: (error) => Promise.reject(error as Error),
  dispose: () => model.dispose(),
})

/** The same error with the GiB of the next smaller plan. */
const naming = (error: EngineError, smallerMemory: number) =>
  Object.assign(new EngineError(error.code, error.message, { cause: error }), { smallerMemory })

const isFull = (error: unknown): error is EngineError =>
  error instanceof EngineError && error.code === 'engine/out-of-memory'

/** Which may come of a full one. */
const isLost = (error: unknown): error is EngineError =>
  error instanceof EngineError && error.code === 'engine/lost'

/**
 * GiB of the plan that an error of a full or lost device names.
 * @example
 * ```ts
 * import { loadFlashWorld, smallerMemoryOf } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * const source = folderSource(embeddedModel())
 * using world = await loadFlashWorld({ engine, source, images: nodeImages, memory: { gibibytes: 8 } })
 * try {
 *   await world.generateScene({ prompt: 'a red house', resolution: [8, 64, 64] })
 * } catch (error) {
 *   console.log('try again with', smallerMemoryOf(error), 'GiB')
 * }
 * ```
 */
export const smallerMemoryOf = (error: unknown): number | undefined =>
  error instanceof Error && 'smallerMemory' in error && typeof error.smallerMemory === 'number'
    ? error.smallerMemory
    : undefined
