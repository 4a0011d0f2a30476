import type { CheckedRequest, FlashWorld, Generated, Scene } from 'flashworld'
import { tierName, visibleGaussians } from 'flashworld'
import type { SceneFiles, WrittenFile } from 'flashworld/node'
import { saveScene, sceneContent } from 'flashworld/node'
import type { Session } from './command.ts'
import type { Output } from './output.ts'
import { describeStage } from './progress.ts'
import { dash, writeStandardOutput } from './standard-streams.ts'

export interface GenerationRun {
  readonly model: FlashWorld
  readonly request: CheckedRequest
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
  const { model, request, where, extras, session } = run
  const { output, signal } = session
  const progress = output.progress()
  const written: WrittenFile[] = []
  let steps = 0
  try {
    const generated = await model.generateScene(request, {
      signal,
      onEvent(event) {
        if (event.type === 'started') {
          ;({ steps } = event)
          output.tell(event)
        }
        if (event.type === 'progress') {
          const { fraction, stage, step } = event
          progress.show(fraction, describeStage(stage, step, steps), { stage, step })
        }
        if (event.type === 'step') output.tell({ type: 'step', step: event.step })
      },
    })
    const { scene, seconds, timings, peakBytes } = generated
    if ('files' in where) noteMissingTiers(scene, where, output)
    progress.show(1, 'writing the scene')
    const onNote = (note: string) => output.note(note)
    const options = { signal, onNote, ...(extras && { extras: () => extras(scene) }) }
    const files =
      'files' in where
        ? saveScene(generated, where, options)
        : streamScene(scene, where.standardOutput, signal)
    for await (const file of files) {
      written.push(file)
      output.tell({ type: 'file', ...file })
    }
    progress.end()
    const gaussians = countIn(scene, written)
    output.tell(
      { type: 'scene', seed: scene.seed, gaussians, seconds, timings, peakBytes },
      summary(generated, written),
    )
    return scene
  } finally {
    progress.end()
  }
}

/** Says what will probably not come out as hoped, before the work. */
export function noteWarnings({ warnings }: CheckedRequest, output: Output): void {
  for (const { message } of warnings) output.note(message)
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
  { scene, timings, seconds, peakBytes }: Generated,
  written: readonly WrittenFile[],
): string {
  const stages = Object.entries(timings).map(([stage, time]) => `${stage} ${time.toFixed(2)} s`)
  const count = countIn(scene, written)
  return [
    ...written.map(
      ({ path, psnr }) =>
        `wrote ${path}${psnr === undefined ? '' : ` (PSNR ${psnr.toFixed(2)} dB)`}`,
    ),
    `${count.toLocaleString('en')} Gaussians in ${seconds.toFixed(1)} s, seed ${scene.seed}, ` +
      `peak memory ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
    `  ${stages.join(', ')}`,
  ].join('\n')
}
