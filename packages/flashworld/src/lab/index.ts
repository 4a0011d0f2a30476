/**
 * What measures the library itself: against the published code, against time, picture against picture.
 *
 * @module flashworld/lab
 */
export type { ModelConfigs } from '@flashworld/models'
export type { Model, ModelOptions } from '../model.ts'
export { loadModel, randomModel } from '../model.ts'
export { plannedFor } from '../memory/choose.ts'
export type { MemoryPlan } from '../memory/plan.ts'
export { rehearsalOf } from '../rehearse.ts'
export { createFlashWorld } from '../flashworld.ts'
export { psnr, psnrOfAll, ssim } from '../image-metrics.ts'
export type { RecordedStage, StagedScene } from './precision/stages.ts'
export { computeStage, recordStages } from './precision/stages.ts'
export type { PublishedPlan } from './published-plans.ts'
export { publishedPlans } from './published-plans.ts'
export { publishedConfigs, publishedFeatures } from './published-model.ts'
export type { OpProfile, Profile, ProfiledEngine, TimelineSpan } from '@flashworld/engine'
export { profile } from '@flashworld/engine'
export type { Cases } from './verify/cases.ts'
export { openCases } from './verify/cases.ts'
export type { Comparison, Computed } from './verify/compare.ts'
export { dumpTensors } from './verify/dump.ts'
export type { VerifyResult } from './verify/verify.ts'
export { verify } from './verify/verify.ts'
