import type { Resolution } from '../known-models.ts'
import { choosePlan, memorySizes } from '../memory/choose.ts'
import type { CountedPlan } from '../memory/plan.ts'
import { publishedConfigs, publishedFeatures } from './published-model.ts'

/** A plan of the published model on a card of so much memory. */
export interface PublishedPlan extends CountedPlan {
  readonly gibibytes: number
  readonly precision: 'int8' | 'f16'
  /** That a scene takes longer on an H100 than with everything on the device, about. */
  readonly seconds: number
}

/** Bytes a second from the host's memory to the device, as measured on an H100 (PCIe 5.0); PCIe 4.0 does half. */
const bringingRate = 40e9

const resolution: Resolution = [24, 480, 704]

/** What the kernels of a GPU with matrix units count on. */
const gpu = { f16: true, matrixUnits: true, byteUnits: true, workgroupStorageBytes: 48 << 10 }

/**
 * The plans for a scene of the published size, counted without a device.
 * @example
 * ```ts shown
 * import { publishedPlans } from 'flashworld/lab'
 *
 * for (const { gibibytes, precision, peakBytes, broughtBytes } of await publishedPlans())
 *   console.log(gibibytes, precision, peakBytes / 2 ** 30, broughtBytes / 1e9)
 * ```
 */
export async function publishedPlans(): Promise<PublishedPlan[]> {
  const plans: PublishedPlan[] = []
  for (const precision of ['int8', 'f16'] as const) {
    const engine = { kind: 'webgpu', half: 'f16', bytes: precision === 'int8', gpu } as const
    const facts = { configs: publishedConfigs, features: publishedFeatures, engine }
    for (const gibibytes of memorySizes) {
      const plan = await choosePlan(facts, { gibibytes }, resolution)
      plans.push({ ...plan, gibibytes, precision, seconds: plan.broughtBytes / bringingRate })
    }
  }
  return plans
}
