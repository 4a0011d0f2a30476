import { rm } from 'node:fs/promises'
import type {
  CheckedRequest,
  FlashWorld,
  GenerateEvent,
  GenerateRequest,
  Making,
  Scene,
} from 'flashworld'
import { checkRequest } from 'flashworld'
import type { Session } from './command.ts'
import { describeStage } from './progress.ts'
import { saveFile } from './save.ts'
import type { WrittenFile } from './scene-files.ts'
import { recordPath, saveRecord, sceneWriter } from './scene-files.ts'

export interface GenerationRun {
  readonly model: FlashWorld
  /** What the record calls it. */
  readonly modelName: string
  readonly request: GenerateRequest
  /** Scene files to write, of one base name; the ending of each says its format. */
  readonly files: readonly string[]
  /** The scene file that gives the record its name, where it is not the first of the files. */
  readonly recordOf?: string
  /** Writes further files, before the scene's record, which comes last. */
  readonly extras?: (making: Omit<Making, 'files'>) => AsyncIterable<WrittenFile>
  readonly session: Session
}

/**
 * Generates a scene with its progress on the terminal, writes it and its record, and says what was written and how
 * long it took.
 */
export async function runGeneration(run: GenerationRun): Promise<Scene> {
  const { model, files, recordOf = files[0]!, session } = run
  const { output, signal } = session
  const progress = output.progress()
  const written: WrittenFile[] = []
  let scene: Scene | undefined
  let steps = 0
  const note = (file: WrittenFile) => {
    written.push(file)
    output.tell({ type: 'file', ...file })
  }
  const request = checkRequest(run.request, model.defaults)
  try {
    for await (const event of model.generate(run.request, { signal })) {
      if (event.type === 'started') steps = event.steps
      if (event.type === 'progress') {
        const { fraction, stage, step } = event
        progress.show(fraction, describeStage(stage, step, steps), { stage, step })
      }
      if (event.type === 'scene') {
        scene = event.scene
        // that of an earlier scene: it must not stand beside this one's files
        await rm(recordPath(recordOf), { force: true })
        for (const path of files) {
          progress.show(1, `writing ${path}`)
          note({ path, bytes: await saveFile(path, sceneWriter(path)(scene)) })
        }
      }
      if (event.type === 'done')
        for await (const file of remainingFiles({ ...run, recordOf }, request, scene!, event))
          note(file)
      if (event.type === 'started') output.tell(event)
      if (event.type === 'step') output.tell({ type: 'step', step: event.step })
      if (event.type === 'done') {
        progress.end()
        const { seed, gaussians } = scene!
        const { seconds, timings, peakBytes } = event
        output.tell(
          { type: 'scene', seed, gaussians: gaussians.count, seconds, timings, peakBytes },
          summary(scene!, event, written),
        )
      }
    }
  } finally {
    progress.end()
  }
  return scene!
}

/** What is written once the model is free. */
async function* remainingFiles(
  { model, modelName, files, recordOf, extras }: GenerationRun & { recordOf: string },
  request: CheckedRequest,
  scene: Scene,
  done: Making['done'],
): AsyncGenerator<WrittenFile> {
  const making = { scene, request, done, engine: model.engine, model: modelName }
  if (extras) yield* extras(making)
  yield saveRecord(recordOf, files, making)
}

function summary(
  scene: Scene,
  done: GenerateEvent & { type: 'done' },
  written: readonly WrittenFile[],
): string {
  const stages = Object.entries(done.timings).map(
    ([stage, seconds]) => `${stage} ${seconds.toFixed(2)} s`,
  )
  return [
    ...written.map(
      ({ path, psnr }) =>
        `wrote ${path}${psnr === undefined ? '' : ` (PSNR ${psnr.toFixed(2)} dB)`}`,
    ),
    `${scene.gaussians.count.toLocaleString('en')} Gaussians in ${done.seconds.toFixed(1)} s, seed ${scene.seed}, ` +
      `peak memory ${(done.peakBytes / 2 ** 20).toFixed(0)} MiB`,
    `  ${stages.join(', ')}`,
  ].join('\n')
}
