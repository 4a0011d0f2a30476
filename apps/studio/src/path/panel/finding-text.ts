import { numberText } from '../../ui/number-text.ts'
import type { Words } from '../../words/words.ts'
import type { Finding, Warning } from '../preflight/index.ts'

/** What is told of a finding, frames and keys counted from 1. */
export function findingText(
  finding: Finding,
  frames: Warning['frames'],
  words: Words['path']['preflight'],
): string {
  const where = frames ? words.frames(frames.from + 1, frames.to + 1) : ''
  const tell = words.findings
  const whole = (value: number) => numberText(value, 0)
  switch (finding.code) {
    case 'few-keys':
    case 'still':
    case 'rotation-only':
    case 'zoom':
      return tell[finding.code]()
    case 'solid':
    case 'disjoint':
      return tell[finding.code](where)
    case 'too-fast':
    case 'looks-away':
    case 'tilted':
    case 'tipped':
      return tell[finding.code](where, whole(finding.degrees), whole(finding.most))
    case 'too-far-between':
      return tell[finding.code](where, numberText(finding.travel, 1), numberText(finding.most, 1))
    case 'uneven':
      return tell.uneven(where, numberText(finding.times, 1))
    case 'lens':
      return tell.lens(whole(finding.fov), whole(finding.least), whole(finding.most))
    case 'frames':
      return tell.frames(finding.least, finding.most)
    case 'size':
      return tell.size(finding.sizes.join(', '))
    case 'more-keys-than-frames':
      return tell[finding.code](finding.keys, finding.frames)
    case 'photograph-out':
      return tell[finding.code](finding.frames)
    case 'photograph-between':
    case 'close-to-point':
      return tell[finding.code](finding.key + 1)
  }
}
