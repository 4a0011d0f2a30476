import type { Workshop } from './workshop.ts'

/** A workshop whose program is fetched when something is first asked of it. */
export function lateWorkshop(load: () => Promise<Workshop>): Workshop {
  let loading: Promise<Workshop> | undefined
  const workshop = () => {
    loading ??= load()
    // a program that did not come may come another time
    loading.catch(() => (loading = undefined))
    return loading
  }
  return {
    scenes: {
      create: async (...call) => (await workshop()).scenes.create(...call),
      createBatch: async (...call) => (await workshop()).scenes.createBatch(...call),
      cancel: async (...call) => (await workshop()).scenes.cancel(...call),
      remove: async (...call) => (await workshop()).scenes.remove(...call),
      file: async (...call) => (await workshop()).scenes.file(...call),
    },
    async *events(...call) {
      yield* (await workshop()).events(...call)
    },
    convert: async (...call) => (await workshop()).convert(...call),
    queue: async (...call) => (await workshop()).queue(...call),
    models: async (...call) => (await workshop()).models(...call),
    capabilities: async (...call) => (await workshop()).capabilities(...call),
  }
}
