import type { FlashWorld, GenerateEvent, GenerateRequest, Scene } from 'flashworld'
import { checkRequest, tierName, visibleGaussians } from 'flashworld'
import type { SceneFiles, WrittenFile } from 'flashworld/node'
import { saveScene } from 'flashworld/node'
import { createProgress, describeStage } from './progress.ts'

export interface GenerationRun {
  readonly model: FlashWorld
  /** What the record calls it. */
  readonly modelName: string
  readonly request: GenerateRequest
  readonly where: SceneFiles
  /** Writes further files, before the scene's record, which comes last. */
  readonly extras?: (scene: Scene) => AsyncIterable<WrittenFile>
  readonly json: boolean
  readonly signal: AbortSignal
}

/**
 * Generates a scene with its progress on the terminal, writes it and its record, and says what was written and how
 * long it took.
 */
export async function runGeneration(run: GenerationRun): Promise<Scene> {
  const { model, where, extras, json, signal } = run
  const progress = createProgress(process.stderr)
  const written: WrittenFile[] = []
  let scene: Scene | undefined
  let steps = 0
  const print = (line: object) => json && console.log(JSON.stringify(line))
  const request = checkRequest(run.request, model.defaults)
  try {
    for await (const event of model.generate(run.request, { signal })) {
      if (event.type === 'started') steps = event.steps
      if (event.type === 'progress' && !json)
        progress.show(event.fraction, describeStage(event.stage, event.step, steps))
      if (event.type === 'scene') {
        ;({ scene } = event)
        noteMissingTiers(scene, where)
      }
      if (event.type === 'done') {
        const made = scene!
        const making = {
          scene: made,
          request,
          done: event,
          engine: model.engine,
          model: run.modelName,
        }
        if (!json) progress.show(1, `writing ${where.files.join(', ')}`)
        const options = { signal, ...(extras && { extras: () => extras(made) }) }
        for await (const file of saveScene(making, where, options)) {
          written.push(file)
          print({ type: 'file', ...file })
        }
      }
      if (event.type !== 'step' && event.type !== 'scene') print(event)
      if (event.type === 'step') print({ type: 'step', step: event.step })
      if (event.type === 'done' && !json) {
        progress.end()
        console.log(summary(scene!, event, written))
      }
    }
  } finally {
    progress.end()
  }
  return scene!
}

function noteMissingTiers(scene: Scene, { tiers = [] }: SceneFiles): void {
  const { count } = visibleGaussians(scene)
  for (const limit of tiers.filter((most) => most >= count)) {
    console.error(
      `--tiers: no ${tierName(limit)} file, the scene has ${count.toLocaleString('en')} Gaussians`,
    )
  }
}

function summary(
  scene: Scene,
  done: GenerateEvent & { type: 'done' },
  written: readonly WrittenFile[],
): string {
  const stages = Object.entries(done.timings).map(
    ([stage, seconds]) => `${stage} ${seconds.toFixed(2)} s`,
  )
  const count = written[0]?.gaussians ?? scene.gaussians.count
  return [
    ...written.map(
      ({ path, psnr }) =>
        `wrote ${path}${psnr === undefined ? '' : ` (PSNR ${psnr.toFixed(2)} dB)`}`,
    ),
    `${count.toLocaleString('en')} Gaussians in ${done.seconds.toFixed(1)} s, seed ${scene.seed}, ` +
      `peak memory ${(done.peakBytes / 2 ** 20).toFixed(0)} MiB`,
    `  ${stages.join(', ')}`,
  ].join('\n')
}
