import { ServerAnswerError } from 'flashworld/client'
import type { Workshop, WorkshopName } from './workshop.ts'
import { workshopOf } from './workshop.ts'

export interface Route {
  /** Those that there are. */
  readonly workshops: Readonly<Partial<Record<WorkshopName, Workshop>>>
  /** Where new worlds are made, and files converted. */
  readonly chosen: () => WorkshopName
}

/** One workshop before several: new work goes to the chosen one, a scene is looked for where it was made. */
export function routeWorkshops({ workshops, chosen }: Route): Workshop {
  const named = (name: WorkshopName): Workshop => {
    const workshop = workshops[name]
    if (workshop) return workshop
    const message = `expected a workshop '${name}', got ${Object.keys(workshops).join(', ')}`
    // a scene of a server that this page does not have is as good as gone
    throw new ServerAnswerError(404, { code: 'world/expired', message })
  }
  const of = (scene: string) => named(workshopOf(scene))
  const now = () => named(chosen())
  return {
    scenes: {
      create: async (...call) => now().scenes.create(...call),
      createBatch: async (...call) => now().scenes.createBatch(...call),
      cancel: async (id, ...rest) => of(id).scenes.cancel(id, ...rest),
      remove: async (id, ...rest) => of(id).scenes.remove(id, ...rest),
      file: async (id, ...rest) => of(id).scenes.file(id, ...rest),
    },
    async *events(id, options) {
      yield* of(id).events(id, options)
    },
    convert: async (...call) => now().convert(...call),
    queue: async (options) => now().queue(options),
    models: async (options) => now().models(options),
    capabilities: async (options) => now().capabilities(options),
  }
}
