import { forwardWorkshop } from './forward.ts'
import type { Workshop } from './workshop.ts'

/** A workshop whose program is fetched when something is first asked of it. */
export function lateWorkshop(load: () => Promise<Workshop>): Workshop {
  let loading: Promise<Workshop> | undefined
  return forwardWorkshop(() => {
    // a program that did not come may come another time
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  })
}
