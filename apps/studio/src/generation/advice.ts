import type { JobFailure } from './job.ts'

/** What a person can do about a failure; the words for each stand under `generation.advice`. */
export type Advice =
  'again' | 'wait' | 'change' | 'photograph' | 'path' | 'size' | 'token' | 'start' | 'report'

/** By the code, the exact one first, else the part before its slash. */
const advices: Readonly<Record<string, Advice>> = {
  'server/unreachable': 'start',
  'server/stopping': 'wait',
  'queue/full': 'wait',
  'queue/client-full': 'wait',
  'queue/disk-full': 'wait',
  'queue/unreachable': 'wait',
  'access/rate': 'wait',
  'access/token': 'token',
  'access/scope': 'token',
  'work/busy': 'wait',
  'engine/busy': 'wait',
  'image/busy': 'wait',
  'engine/limit': 'size',
  'engine/out-of-memory': 'size',
  'memory/too-small': 'size',
  'job/budget': 'size',
  'request/resolution': 'size',
  'body/too-large': 'photograph',
  'work/timeout': 'size',
  'world/expired': 'again',
  'job/unknown': 'again',
  'job/worker-lost': 'again',
  'file/unknown': 'again',
  engine: 'again',
  image: 'photograph',
  camera: 'path',
  request: 'change',
  body: 'change',
}

export const adviceFor = ({ code }: Pick<JobFailure, 'code'>): Advice =>
  advices[code] ?? advices[code.split('/')[0]!] ?? 'report'

/** What only this device can be the matter with; the words for each stand under `generation.deviceAdvice`. */
export type DeviceAdvice = 'lost' | 'model' | 'unsupported' | 'report'

const deviceAdvices: Readonly<Record<string, DeviceAdvice>> = {
  'engine/lost': 'lost',
  'worker/failed': 'lost',
  'engine/unsupported': 'unsupported',
  weights: 'model',
}

/** The same of a world that this device was to make. */
export function deviceAdviceFor(failure: Pick<JobFailure, 'code'>): Advice | DeviceAdvice {
  const { code } = failure
  return deviceAdvices[code] ?? deviceAdvices[code.split('/')[0]!] ?? adviceFor(failure)
}

/** Whether there are words for this device alone. */
export const isOfDevice = (advice: Advice | DeviceAdvice): advice is DeviceAdvice =>
  advice === 'report' || Object.values<string>(deviceAdvices).includes(advice)

/** What the same request would get another answer to. */
export const mayBeRepeated = (failure: Pick<JobFailure, 'code'>): boolean =>
  ['again', 'wait', 'start', 'token', 'report'].includes(adviceFor(failure))
