import { createRehearsal } from '@flashworld/engine'
import { standIn } from '../model.ts'
import type { RehearsedScene } from '../rehearse.ts'
import { rehearse } from '../rehearse.ts'
import type { Count, MemoryPlan, PlanFacts } from './plan.ts'

/** Counts by going through a scene of one sentence where nothing is computed. */
export async function countMemory(
  { configs, features, engine: { half, bytes, gpu } }: PlanFacts,
  plan: MemoryPlan,
  scene: RehearsedScene,
): Promise<Count> {
  const engine = createRehearsal({ half, bytes, features: gpu! })
  const model = await standIn(configs, features, { engine, plan })
  await rehearse(engine, model, { scene })
  const { peakBytes, broughtBytes } = engine.memory
  return { peakBytes, broughtBytes }
}
