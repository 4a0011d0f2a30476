import type { Engine } from './engine.ts'

/**
 * An engine some of whose parts are others, in its scopes and uses too.
 * @param parts of the engine that it is given, which is the one below
 */
export function withParts(engine: Engine, parts: (below: Engine) => Partial<Engine>): Engine {
  const over = (below: Engine): Engine => ({
    ...below,
    scope: (body) => below.scope((inner) => body(over(inner))),
    use(label) {
      const use = below.use(label)
      return { ...use, engine: over(use.engine) }
    },
    ...parts(below),
  })
  return over(engine)
}
