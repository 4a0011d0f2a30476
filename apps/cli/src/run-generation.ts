import type { FlashWorld, GenerateEvent, GenerateRequest, Scene } from 'flashworld'
import { checkRequest, tierName, visibleGaussians } from 'flashworld'
import type { SceneFiles, WrittenFile } from 'flashworld/node'
import { saveScene, sceneContent } from 'flashworld/node'
import type { Session } from './command.ts'
import type { Output } from './output.ts'
import { describeStage } from './progress.ts'
import { dash, writeStandardOutput } from './standard-streams.ts'

export interface GenerationRun {
  readonly model: FlashWorld
  /** What the record calls it. */
  readonly modelName: string
  readonly request: GenerateRequest
  /** Files with their record, or standard output as the format of a name, without one. */
  readonly where: SceneFiles | { readonly standardOutput: string }
  /** Writes further files, before the scene's record, which comes last. */
  readonly extras?: (scene: Scene) => AsyncIterable<WrittenFile>
  readonly session: Session
}

/**
 * Generates a scene with its progress on the terminal, writes it and its record, and says what was written and how
 * long it took.
 */
export async function runGeneration(run: GenerationRun): Promise<Scene> {
  const { model, where, extras, session } = run
  const { output, signal } = session
  const progress = output.progress()
  const written: WrittenFile[] = []
  let scene: Scene | undefined
  let steps = 0
  const request = checkRequest(run.request, model.defaults)
  try {
    for await (const event of model.generate(run.request, { signal })) {
      if (event.type === 'started') steps = event.steps
      if (event.type === 'progress') {
        const { fraction, stage, step } = event
        progress.show(fraction, describeStage(stage, step, steps), { stage, step })
      }
      if (event.type === 'scene') {
        ;({ scene } = event)
        if ('files' in where) noteMissingTiers(scene, where, output)
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
        const options = { signal, ...(extras && { extras: () => extras(made) }) }
        const files =
          'files' in where
            ? saveScene(making, where, options)
            : streamScene(made, where.standardOutput, signal)
        progress.show(1, 'writing the scene')
        for await (const file of files) {
          written.push(file)
          output.tell({ type: 'file', ...file })
        }
      }
      if (event.type === 'started') output.tell(event)
      if (event.type === 'step') output.tell({ type: 'step', step: event.step })
      if (event.type === 'done') {
        progress.end()
        const { seed } = scene!
        const gaussians = countIn(scene!, written)
        const { seconds, timings, peakBytes } = event
        output.tell(
          { type: 'scene', seed, gaussians, seconds, timings, peakBytes },
          summary(scene!, event, written),
        )
      }
    }
  } finally {
    progress.end()
  }
  return scene!
}

async function* streamScene(
  scene: Scene,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<WrittenFile> {
  const bytes = await writeStandardOutput(sceneContent(scene, name), signal)
  yield { path: dash, bytes, gaussians: visibleGaussians(scene).count }
}

function noteMissingTiers(scene: Scene, { tiers = [] }: SceneFiles, output: Output): void {
  const { count } = visibleGaussians(scene)
  for (const limit of tiers.filter((most) => most >= count)) {
    const message = `--tiers: no ${tierName(limit)} file, the scene has ${count.toLocaleString('en')} Gaussians`
    output.tell({ type: 'note', message }, message)
  }
}

/** Of the files: what no viewer shows is left out of them. */
const countIn = (scene: Scene, written: readonly WrittenFile[]): number =>
  written[0]?.gaussians ?? scene.gaussians.count

function summary(
  scene: Scene,
  done: GenerateEvent & { type: 'done' },
  written: readonly WrittenFile[],
): string {
  const stages = Object.entries(done.timings).map(
    ([stage, seconds]) => `${stage} ${seconds.toFixed(2)} s`,
  )
  const count = countIn(scene, written)
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
