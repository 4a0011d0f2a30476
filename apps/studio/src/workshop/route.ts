import { ServerAnswerError } from 'flashworld/client'
import { forwardWorkshop } from './forward.ts'
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
  return forwardWorkshop((scene) => named(scene === null ? chosen() : workshopOf(scene)))
}
