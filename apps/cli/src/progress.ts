import type { Stage } from 'flashworld'

const stageNames: Readonly<Record<Stage, string>> = {
  text: 'reading the prompt',
  image: 'encoding the photograph',
  transformer: 'denoising',
  decoder: 'decoding to Gaussians',
  render: 'rendering the scene',
  encoder: 'encoding its renders',
}

const barWidth = 24

/** A live line on a terminal; on anything else one line for each new activity. */
export interface Progress {
  show(fraction: number, text: string): void
  /** Ends the live line; the next output starts on a fresh one. */
  end(): void
}

export function createProgress(stream: NodeJS.WriteStream): Progress {
  let last = ''
  const live = stream.isTTY
  return {
    show(fraction, text) {
      if (live) {
        const filled = Math.round(fraction * barWidth)
        const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
        const percent = `${Math.floor(fraction * 100)}`.padStart(3)
        stream.write(`\r\x1b[2K${bar} ${percent} %  ${text}`)
      } else if (text !== last) stream.write(`${text}\n`)
      last = text
    },
    end() {
      if (live && last !== '') stream.write('\r\x1b[2K')
      last = ''
    },
  }
}

export const describeStage = (stage: Stage, step: number, steps: number): string =>
  step > 0 ? `step ${step} of ${steps}: ${stageNames[stage]}` : stageNames[stage]
