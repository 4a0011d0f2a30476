import type { Camera } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import type { WeightSource } from '@flashworld/models'
import { collectScene } from './collect-scene.ts'
import type { GenerateEvent, Picture } from './events.ts'
import { generate } from './generate.ts'
import type { ImageDecoder } from './image.ts'
import type { RequestDefaults, Resolution } from './known-models.ts'
import { defaultsOf, sourceName } from './known-models.ts'
import type { MemoryWish } from './memory/choose.ts'
import type { Room } from './memory/room.ts'
import { createRoom, roomOf } from './memory/room.ts'
import type { Model, ModelOptions } from './model.ts'
import { loadModel } from './model.ts'
import type { CheckedRequest } from './request.ts'
import { checkRequest, isChecked } from './request.ts'
import type { GenerateRequest } from './request-schema.ts'
import type { RenderOptions } from './render-views.ts'
import { rehearsalOf } from './rehearse.ts'
import { renderViews } from './render-views.ts'
import type { Generated, Scene } from './scene.ts'

/** A loaded model that makes scenes. One piece of work at a time; a second is refused with `engine/busy`. */
export interface FlashWorld extends Disposable {
  readonly engine: Engine
  /** What a request that leaves these out gets. */
  readonly defaults: RequestDefaults
  /**
   * Checks a request before the work, and tells what will probably not come out as hoped.
   * @throws what `checkRequest` throws
   */
  checkRequest(request: GenerateRequest | CheckedRequest): Promise<CheckedRequest>
  /**
   * Makes a scene, telling what happens on the way. A request that was not checked yet is, before all else.
   * @throws FlashWorldError and its kin, each with a `code`; the signal's reason when it aborts
   * @example
   * for await (const event of world.generate({ prompt: 'a red house', path: 'orbit-left' })) {
   *   if (event.type === 'progress') console.log(event.stage, event.fraction)
   * }
   */
  generate(
    request: GenerateRequest | CheckedRequest,
    options?: { readonly signal?: AbortSignal },
  ): AsyncIterable<GenerateEvent>
  /**
   * The same without a loop: the scene, and how it was made.
   * @throws what `generate` throws
   */
  generateScene(
    request: GenerateRequest | CheckedRequest,
    options?: {
      readonly signal?: AbortSignal
      /** Is waited for. */
      readonly onEvent?: (event: GenerateEvent) => void | Promise<void>
    },
  ): Promise<Generated>
  /** The scene as cameras of its own frame see it. */
  render(scene: Scene, cameras: readonly Camera[], options: RenderOptions): Promise<Picture[]>
  /** Frees the model's memory; the engine stays the caller's. */
  dispose(): void
}

/** What `loadFlashWorld` loads, onto what, and how. */
export interface LoadOptions extends Omit<ModelOptions, 'rehearse' | 'plan'> {
  /** A checkpoint in the hub's layout. */
  readonly source: WeightSource
  readonly images: ImageDecoder
  /** What requests and records call the model; default the last part of the source's name. */
  readonly name?: string
  /**
   * What of the model a GPU keeps; what it does not comes from the host's memory when its turn is. Left out, everything,
   * or as much as turns out to fit.
   */
  readonly memory?: MemoryWish
  /**
   * What a GPU is made ready for while the weights are loaded: scenes of the model's usual size, or of this one. Left
   * out, the first scene takes as much longer.
   */
  readonly prepareFor?: 'usual' | Resolution
}

/**
 * Loads a checkpoint onto an engine.
 * @throws WeightsError, EngineError; FlashWorldError `memory/too-small`
 * @example
 * ```ts
 * import { loadFlashWorld } from 'flashworld'
 * import { embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
 *
 * using engine = await openEngine({ backend: 'auto' })
 * using world = await loadFlashWorld({ engine, source: folderSource(embeddedModel()), images: nodeImages })
 * const { scene } = await world.generateScene({
 *   prompt: 'a red house on grass',
 *   resolution: [8, 64, 64],
 *   seed: 1,
 * })
 * console.log(scene.gaussians.count)
 * ```
 */
export async function loadFlashWorld({
  images,
  prepareFor,
  name,
  memory = {},
  ...options
}: LoadOptions): Promise<FlashWorld> {
  const room = createRoom({ wish: memory, scene: prepareFor ?? 'usual' }, (plan) =>
    loadModel({ ...options, plan, ...(prepareFor && { rehearse: rehearsalOf(prepareFor) }) }),
  )
  return worldIn(room, await room.model(), { images, name: name ?? sourceName(options.source) })
}

/**
 * A model that is there already (one of random weights, say) as a FlashWorld.
 * @example
 * ```ts
 * import { embeddedModel, folderSource, nodeImages, openEngine } from 'flashworld/node'
 * import { createFlashWorld, loadModel } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * using model = await loadModel({ engine, source: folderSource(embeddedModel()) })
 * const world = createFlashWorld(model, { images: nodeImages, name: 'mini' })
 * console.log(world.defaults.resolution)
 * ```
 */
export const createFlashWorld = (
  model: Model,
  options: Pick<LoadOptions, 'images'> & { readonly name: string },
): FlashWorld => worldIn(roomOf(model), model, options)

function worldIn(
  room: Room,
  { engine, transformer }: Model,
  { images, name }: Pick<LoadOptions, 'images'> & { readonly name: string },
): FlashWorld {
  const defaults = defaultsOf(transformer.config, name)
  const check = async (request: GenerateRequest | CheckedRequest) =>
    isChecked(request) ? request : checkRequest(request, { defaults, images })

  async function* make(
    request: CheckedRequest,
    { signal }: { readonly signal?: AbortSignal },
  ): AsyncGenerator<GenerateEvent, void, undefined> {
    for (;;) {
      try {
        return yield* generate(await room.model(), images, request, signal)
      } catch (error) {
        await room.onFull(error)
      }
    }
  }

  return {
    engine,
    defaults,
    checkRequest: check,
    async *generate(request, options = {}) {
      yield* make(await check(request), options)
    },
    async generateScene(asked, { onEvent, ...options } = {}) {
      const request = await check(asked)
      const made = await collectScene(make(request, options), onEvent)
      return { ...made, request, engine }
    },
    render: (scene, cameras, options) => renderViews(engine, scene.gaussians, cameras, options),
    dispose: () => room.dispose(),
    [Symbol.dispose]: () => room.dispose(),
  }
}
