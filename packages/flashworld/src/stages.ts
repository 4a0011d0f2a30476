import type { Stage } from './events.ts'
import { schedule } from './schedule.ts'

/** The shares of a step by the work in them, about; the stages run in this order. */
const shares: readonly (readonly [Stage, number])[] = [
  ['transformer', 0.3],
  ['decoder', 0.5],
  ['render', 0.05],
  ['encoder', 0.15],
]

/** What comes before the first step. */
const preparation = 0.02

/** Part of a whole generation that is done when `part` of this stage is. */
export function fractionDone(stage: Stage, step: number, part: number): number {
  if (step === 0) return part * preparation
  const before = shares.slice(
    0,
    Math.max(
      0,
      shares.findIndex(([name]) => name === stage),
    ),
  )
  const share = shares.find(([name]) => name === stage)?.[1] ?? 0
  const inStep = before.reduce((sum, [, s]) => sum + s, 0) + share * part
  const wholeSteps = step - 1
  return Math.min(
    1,
    preparation + (1 - preparation) * ((wholeSteps + inStep) / (schedule.length - lastStepSaves)),
  )
}

/** The last step ends with the decoder. */
const lastStepSaves = 0.2
