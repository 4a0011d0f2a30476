import type { World } from '../viewport/viewport.ts'
import type { Workshop } from '../workshop/workshop.ts'
import type { SceneDownload } from './export-plan.ts'

export interface SceneFetch {
  readonly workshop: Workshop
  /** What is kept here. */
  readonly world: () => Promise<World>
  readonly signal: AbortSignal
  /** Hears what part has arrived, 0 to 1; null where the length is not known. */
  readonly onArrived: (share: number | null) => void
}

/** The exact scene, as the server has it. */
const exactFile = 'scene.ply'

/** Brings the file that was planned. @throws what the workshop throws; WorldExpiredError; the signal's reason */
export async function fetchScene(plan: SceneDownload, given: SceneFetch): Promise<Blob> {
  const { workshop, world, signal, onArrived } = given
  switch (plan.kind) {
    case 'kept':
      return (await world()).file
    case 'convert-kept': {
      const { file, name } = await world()
      return arrive(await workshop.convert(file, name, plan.to, { signal }), onArrived)
    }
    case 'convert-scene': {
      const exact = await workshop.scenes.file(plan.scene, exactFile, { signal })
      const converted = await workshop.convert(await exact.blob(), exactFile, plan.to, { signal })
      return arrive(converted, onArrived)
    }
    case 'scene-file':
      return arrive(await workshop.scenes.file(plan.scene, plan.name, { signal }), onArrived)
  }
}

/** The body of an answer, told of as it comes. */
async function arrive(answer: Response, onArrived: SceneFetch['onArrived']): Promise<Blob> {
  const length = Number(answer.headers.get('content-length')) || null
  const parts: Uint8Array<ArrayBuffer>[] = []
  let arrived = 0
  const reader = answer.body!.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    arrived += value.length
    onArrived(length && arrived / length)
  }
  const type = answer.headers.get('content-type') ?? 'application/octet-stream'
  return new Blob(parts, { type })
}
