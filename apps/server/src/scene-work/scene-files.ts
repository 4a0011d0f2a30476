import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { VIDEO_FPS } from '@flashworld/camera'
import { TIERS } from '@flashworld/splats'
import { sceneEndings } from 'flashworld/node'
import type { ArtifactStore, Place } from '../artifacts/store.ts'
import { ServerError } from '../errors.ts'
import type { SceneWork } from './scene-work.ts'
import type { SceneTask } from './tasks.ts'

/** The scene as it was stored, and its record. */
const sceneName = 'scene.ply'
const recordName = 'scene.scene.json'

const thumbnailName = 'thumbnail.webp'
const thumbnailSide = 320
const filmName = 'film.mp4'

/** Sizes of smaller versions, as their names have them. */
export const tierNames = Object.keys(TIERS).filter((name) => name !== 'full') as Exclude<
  keyof typeof TIERS,
  'full'
>[]

/** All files that a scene can be had as; most of them are made when they are first asked for. */
export const sceneFileNames: readonly string[] = [
  ...['', ...tierNames.map((tier) => `.${tier}`)].flatMap((tier) =>
    sceneEndings.map((ending) => `scene${tier}${ending}`),
  ),
  thumbnailName,
  filmName,
]

/** Files of scenes that are made from the stored scene when they are first asked for, and kept beside it. */
export interface SceneFiles {
  /**
   * Makes a file unless it is there. Who asks for it meanwhile waits for the same.
   * @throws ServerError `file/unknown` where there is no scene or no such file of it, `work/*`; SceneWorkFailure
   */
  ensure(place: Place, name: string): Promise<void>
}

export function createSceneFiles({
  artifacts,
  work,
  backend,
}: {
  readonly artifacts: ArtifactStore
  readonly work: SceneWork
  /** What tiers, thumbnails and films are drawn on. */
  readonly backend: string
}): SceneFiles {
  const making = new Map<string, Promise<void>>()

  const make = async (place: Place, name: string) => {
    const folder = await work.folder()
    const fetched: Awaited<ReturnType<ArtifactStore['fetch']>>[] = []
    try {
      for (const source of [sceneName, recordName]) {
        if (!(await artifacts.find(place, source))) continue
        const file = await artifacts.fetch(place, source)
        fetched.push(file)
        await symlink(file.path, join(folder, source))
      }
      await work.run(folder, taskFor(name, backend))
      await artifacts.take(place, name, join(folder, name))
      // the scene was removed meanwhile, and its files must not come back
      if (!(await artifacts.find(place, sceneName))) {
        await artifacts.remove(place)
        throw unknownFile()
      }
    } finally {
      await Promise.all(fetched.map((file) => file.done()))
      await work.discard(folder)
    }
  }

  return {
    async ensure(place, name) {
      if (await artifacts.find(place, name)) return
      if (!sceneFileNames.includes(name)) throw unknownFile()
      if (!(await artifacts.find(place, sceneName))) throw unknownFile()
      const key = `${place}/${name}`
      let made = making.get(key)
      if (!made) {
        made = make(place, name).finally(() => making.delete(key))
        making.set(key, made)
      }
      await made
    },
  }
}

/** What makes a file of that name from the stored scene. */
function taskFor(name: string, backend: string): SceneTask {
  const render = {
    type: 'render',
    input: sceneName,
    output: name,
    fps: VIDEO_FPS,
    backend,
  } as const
  if (name === thumbnailName) return { ...render, still: 0, longestSide: thumbnailSide }
  if (name === filmName) return render
  const [, tier] = name.split('.')
  return {
    type: 'convert',
    input: sceneName,
    output: name,
    limit: TIERS[tierNames.find((known) => known === tier) ?? 'full'],
    backend,
  }
}

const unknownFile = () => new ServerError('file/unknown', 'there is no such file')
