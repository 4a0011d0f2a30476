import type { Camera, ImageSize } from '@flashworld/camera'
import type { SceneEvent } from 'flashworld/client'
import { ServerAnswerError } from 'flashworld/client'
import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { Library } from '../library/library.ts'
import { startRecord } from '../library/record.ts'
import type { Photograph, Project } from '../project/project.ts'
import { failureOf, persistently } from './failure.ts'
import type { Job, JobNews } from './job.ts'
import { isFinal, jobAfter, startJob } from './job.ts'
import type { Workshop } from '../workshop/workshop.ts'
import { keptFile } from '../workshop/workshop.ts'
import type { RequestText } from './request.ts'
import { requestOf, seedsOf } from './request.ts'
import type { QueueLoad } from './timing.ts'

export interface GenerationState {
  /** The oldest first. */
  readonly jobs: readonly Job[]
  /** Null until the server has told it. */
  readonly load: QueueLoad | null
}

/** What is asked for. */
export interface Wish {
  readonly project: Project
  /** One a frame, in the project's frame. */
  readonly cameras: readonly Camera[]
  /** In place of what the project says. */
  readonly request?: RequestText
}

/** Has worlds made, and tells of each until it is there. */
export interface Generator {
  readonly store: StoreApi<GenerationState>
  /** Asks for as many worlds as the project wants. What goes wrong is told of the jobs. */
  generate(wish: Wish): Promise<void>
  cancel(id: string): Promise<void>
  /** Forgets a job that has ended; with its record, where nothing came of it. */
  dismiss(id: string): Promise<void>
  /** Takes up what was not done when the page was left. */
  resume(): void
  /** Asks how busy the place is where worlds are made. */
  look(): Promise<void>
  destroy(): void
}

export interface GeneratorOptions {
  readonly workshop: Workshop
  readonly library: Library
  readonly photographFile: (photograph: Photograph, output: ImageSize) => Promise<Blob>
  /** Hears of a world that is there. */
  readonly onMade: (id: string) => void
  readonly now?: () => number
  readonly newId?: () => string
  /** Milliseconds between tries while the server does not answer. */
  readonly pauses?: { readonly send: readonly number[]; readonly fetch: readonly number[] }
}

const usualPauses = {
  send: [500, 1000, 2000],
  // a server that starts anew takes a while, and the world is worth the wait
  fetch: [500, 1000, 2000, ...Array.from({ length: 60 }, () => 5000)],
}

export function createGenerator({
  workshop,
  library,
  photographFile,
  onMade,
  now = Date.now,
  newId = () => crypto.randomUUID(),
  pauses = usualPauses,
}: GeneratorOptions): Generator {
  const store = createStore<GenerationState>(() => ({ jobs: [], load: null }))
  const stopped = new AbortController()
  const { signal } = stopped

  const find = (id: string) => store.getState().jobs.find((job) => job.id === id)
  const tell = (id: string, news: JobNews) =>
    store.setState(({ jobs }) => ({
      jobs: jobs.map((job) => (job.id === id ? jobAfter(job, news) : job)),
    }))
  const onConnection = (id: string) => (isConnected: boolean) =>
    tell(id, { type: 'connection', isConnected })

  const fail = async (id: string, error: unknown) => {
    if (signal.aborted) return
    const failure = failureOf(error)
    tell(id, { type: 'failed', failure, at: now() })
    await library.update(id, { state: 'failed', failure })
  }

  /** Brings a world that is made here. */
  const bring = async (id: string, scene: string, made: SceneEvent & { type: 'done' }) => {
    const { gaussians, seconds, seed } = made
    await library.update(id, { gaussians, seconds, seed })
    await persistently(() => library.world(id), {
      signal,
      pauses: pauses.fetch,
      onConnection: onConnection(id),
    })
    const preview = find(id)?.previews.at(-1)
    const thumbnail = preview === undefined ? null : await picture(scene, preview)
    await library.update(id, { state: 'ready', thumbnail })
    tell(id, { type: 'fetched', at: now() })
    onMade(id)
    const sharper = await picture(scene, 'thumbnail.webp')
    if (sharper) await library.update(id, { thumbnail: sharper })
  }

  /** A picture of a scene; a world is not worse for want of it. */
  const picture = (scene: string, name: string): Promise<Blob | null> =>
    workshop.scenes.file(scene, name, { signal }).then(
      (answer) => answer.blob(),
      () => null,
    )

  const follow = async (id: string, scene: string) => {
    const listening = workshop.events(scene, { signal, onConnection: onConnection(id) })
    for await (const event of listening) {
      tell(id, { type: 'told', event, at: now() })
      if (event.type === 'done') await bring(id, scene, event)
      if (event.type === 'cancelled') await library.update(id, { state: 'cancelled' })
      if (event.type === 'failed') {
        await library.update(id, { state: 'failed', failure: find(id)!.failure })
      }
    }
  }

  const make = async (job: Job, send: () => Promise<void>) => {
    try {
      await send()
      const { scene } = find(job.id)!
      if (scene !== null) await follow(job.id, scene)
    } catch (error) {
      await fail(job.id, error)
    }
  }

  return {
    store,

    async generate({ project, cameras, request = requestOf(project, cameras) }) {
      const { sentence, photograph, scene } = project
      const { frames, width, height } = scene
      const seeds = seedsOf(scene)
      const started = seeds.map((seed) =>
        startJob({ id: newId(), sentence, seed, frames, width, height }, now()),
      )
      store.setState(({ jobs }) => ({ jobs: [...jobs, ...started] }))
      for (const { id } of started) {
        await library.put(startRecord({ id, project, cameras }, now()))
      }
      // one call takes them all or none; whichever job sends, the others wait for its answer
      const submitted = (async () => {
        const image = photograph && (await photographFile(photograph, { width, height }))
        const idempotencyKey = started[0]!.id
        return persistently(
          () =>
            workshop.scenes.createBatch({ ...request, ...(image && { image }) }, seeds, {
              signal,
              idempotencyKey,
            }),
          { signal, pauses: pauses.send, onConnection: onConnection(started[0]!.id) },
        )
      })()
      await Promise.all(
        started.map((job, i) =>
          make(job, async () => {
            const taken = (await submitted)[i]!
            const isCancelling = find(job.id)?.isCancelling
            tell(job.id, { type: 'accepted', scene: taken })
            await library.update(job.id, {
              scene: taken.id,
              seed: taken.seed,
              fileName: keptFile(taken.id),
            })
            if (isCancelling) await workshop.scenes.cancel(taken.id, { signal })
          }),
        ),
      )
    },

    async cancel(id) {
      const job = find(id)
      if (!job || isFinal(job)) return
      tell(id, { type: 'cancelling' })
      if (job.scene === null) return
      try {
        await persistently(() => workshop.scenes.cancel(job.scene!, { signal }), {
          signal,
          pauses: pauses.send,
        })
      } catch (error) {
        // one that the server has forgotten is as good as cancelled
        if (error instanceof ServerAnswerError && error.status === 404) {
          tell(id, { type: 'told', event: { type: 'cancelled' }, at: now() })
          await library.update(id, { state: 'cancelled' })
        } else {
          await fail(id, error)
        }
      }
    },

    async dismiss(id) {
      const job = find(id)
      if (!job || !isFinal(job)) return
      store.setState(({ jobs }) => ({ jobs: jobs.filter((other) => other.id !== id) }))
      if (job.phase !== 'done') await library.remove(id)
    },

    resume() {
      for (const record of library.store.getState().records) {
        const { id, scene, state, project, seed, createdAt } = record
        if (find(id) || project === null || state !== 'making') continue
        const { sentence } = project
        const { frames, width, height } = project.scene
        const job = startJob({ id, sentence, seed, frames, width, height }, createdAt)
        store.setState(({ jobs }) => ({ jobs: [...jobs, job] }))
        void make(job, async () => {
          if (scene === null) throw new NeverSentError()
          const estimatedSeconds = null
          tell(id, { type: 'accepted', scene: { id: scene, seed: seed ?? 0, estimatedSeconds } })
        })
      }
    },

    async look() {
      const load = await workshop.queue({ signal }).catch(() => null)
      if (load) store.setState({ load })
    },

    destroy: () => stopped.abort(),
  }
}

/** The page was left before the server had answered. */
class NeverSentError extends Error {
  readonly code = 'world/expired'
  constructor() {
    super('the page was left before the server had taken the world')
  }
}
