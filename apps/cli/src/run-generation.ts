import type { FlashWorld, GenerateEvent, GenerateRequest, Scene } from 'flashworld'
import { createProgress, describeStage } from './progress.ts'
import { saveFile } from './save.ts'
import { sceneWriter } from './scene-files.ts'

export interface GenerationRun {
  readonly model: FlashWorld
  readonly request: GenerateRequest
  /** Scene files to write; the ending of each says its format. */
  readonly files: readonly string[]
  readonly json: boolean
  readonly signal: AbortSignal
}

/** Generates a scene with its progress on the terminal, writes it, and says what was written and how long it took. */
export async function runGeneration(run: GenerationRun): Promise<Scene> {
  const { model, request, files, json, signal } = run
  const progress = createProgress(process.stderr)
  let scene: Scene | undefined
  let steps = 0
  const print = (line: Record<string, unknown>) => json && console.log(JSON.stringify(line))
  try {
    for await (const event of model.generate(request, { signal })) {
      if (event.type === 'started') steps = event.steps
      if (event.type === 'progress' && !json) progress.show(event.fraction, describeStage(event.stage, event.step, steps))
      if (event.type === 'scene') {
        scene = event.scene
        for (const path of files) print({ type: 'file', path, bytes: await saveFile(path, sceneWriter(path)(scene)) })
      }
      if (event.type !== 'step' && event.type !== 'scene') print(event)
      if (event.type === 'step') print({ type: 'step', step: event.step })
      if (event.type === 'done' && !json) {
        progress.end()
        console.log(summary(scene!, event, files))
      }
    }
  } finally {
    progress.end()
  }
  return scene!
}

function summary(scene: Scene, done: GenerateEvent & { type: 'done' }, files: readonly string[]): string {
  const stages = Object.entries(done.timings).map(([stage, seconds]) => `${stage} ${seconds.toFixed(2)} s`)
  return [
    ...files.map((path) => `wrote ${path}`),
    `${scene.gaussians.count.toLocaleString('en')} Gaussians in ${done.seconds.toFixed(1)} s, seed ${scene.seed}, ` +
      `peak memory ${(done.peakBytes / 2 ** 20).toFixed(0)} MiB`,
    `  ${stages.join(', ')}`,
  ].join('\n')
}
