import type { Workshop } from './workshop.ts'

/**
 * A workshop that only hands on what is asked of it.
 * @param to who does it: of a scene, by its name; of what is of no scene, with null. What it throws is thrown
 */
export function forwardWorkshop(
  to: (scene: string | null) => Workshop | Promise<Workshop>,
): Workshop {
  return {
    scenes: {
      create: async (...call) => (await to(null)).scenes.create(...call),
      createBatch: async (...call) => (await to(null)).scenes.createBatch(...call),
      cancel: async (id, ...rest) => (await to(id)).scenes.cancel(id, ...rest),
      remove: async (id, ...rest) => (await to(id)).scenes.remove(id, ...rest),
      file: async (id, ...rest) => (await to(id)).scenes.file(id, ...rest),
    },
    async *events(id, options) {
      yield* (await to(id)).events(id, options)
    },
    convert: async (...call) => (await to(null)).convert(...call),
    queue: async (options) => (await to(null)).queue(options),
    models: async (options) => (await to(null)).models(options),
    capabilities: async (options) => (await to(null)).capabilities(options),
  }
}
