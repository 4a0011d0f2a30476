import type { Words } from '../words/words.ts'
import type { WorkshopName } from '../workshop/workshop.ts'
import { adviceFor, deviceAdviceFor, isOfDevice } from './advice.ts'
import type { Job, JobFailure } from './job.ts'
import type { SpokenTime } from './timing.ts'
import { spokenTime } from './timing.ts'

type Said = Words['generation']

/** Steps that the model takes over a world. */
export const steps = 4

export const timeText = (words: Said, { unit, amount }: SpokenTime): string =>
  words.time[unit](amount)

/** What happens to a job at this moment. */
export function phaseText(words: Said, job: Job): string {
  if (job.isCancelling) return words.cancelling
  switch (job.phase) {
    case 'sending':
      return words.sending
    case 'queued':
      if (job.ahead === null) return words.queued
      return job.ahead === 0 ? words.next : words.ahead(job.ahead)
    case 'running':
      if (job.stage === 'storing' || job.stage === 'loading') return words[job.stage]
      return words.step(Math.max(1, job.step), steps, stageText(words, job.stage))
    case 'fetching':
      return words.fetching
    case 'done':
      return words.ready
    case 'failed':
      return words.failed
    case 'cancelled':
      return words.cancelled
  }
}

function stageText({ stages }: Said, stage: string | null): string {
  const known = Object.entries(stages).find(([name]) => name === stage)
  return known?.[1] ?? stages.other
}

/** How long it took so far, and about how long it will still take. */
export function waitText(words: Said, waited: number, remaining: number | null): string {
  const waitedText = words.waited(timeText(words, spokenTime(waited)))
  // "about 0 s left" says nothing
  if (remaining === null || remaining < 0.5) return waitedText
  return `${waitedText} · ${words.left(timeText(words, spokenTime(remaining)))}`
}

export const jobTitle = (words: Said, { sentence }: Pick<Job, 'sentence'>): string =>
  sentence.trim() || words.untitled

/** What to do about a failure, and what exactly was said. */
export const failureText = (words: Said, failure: JobFailure, place: WorkshopName) => ({
  advice: failure.hint ?? adviceText(words, failure, place),
  detail: words.said(failure.code, failure.message),
})

function adviceText(words: Said, failure: JobFailure, place: WorkshopName): string {
  if (place === 'server') return words.advice[adviceFor(failure)]
  const advice = deviceAdviceFor(failure)
  return isOfDevice(advice) ? words.deviceAdvice[advice] : words.advice[advice]
}
