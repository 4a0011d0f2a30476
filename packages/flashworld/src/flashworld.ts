import type { Camera } from '@flashworld/camera'
import type { Engine } from '@flashworld/engine'
import type { WanTransformerConfig, WeightSource } from '@flashworld/models'
import { readJson, wanTransformerConfig } from '@flashworld/models'
import type { GenerateEvent, Picture } from './events.ts'
import { generate } from './generate.ts'
import type { ImageDecoder } from './image.ts'
import type { Model, ModelOptions } from './model.ts'
import { loadModel } from './model.ts'
import type { GenerateRequest, RequestDefaults } from './request.ts'
import { checkRequest } from './request.ts'
import type { RenderOptions } from './render-views.ts'
import { renderViews } from './render-views.ts'
import type { Scene } from './scene.ts'

/** A loaded model that makes scenes. One piece of work at a time; a second is refused with `engine/busy`. */
export interface FlashWorld extends Disposable {
  readonly engine: Engine
  /** What a request that leaves these out gets. */
  readonly defaults: RequestDefaults
  /**
   * Makes a scene, telling what happens on the way; the request is checked at once.
   * @throws FlashWorldError and its kin, each with a `code`; the signal's reason when it aborts
   * @example
   * for await (const event of world.generate({ prompt: 'a red house', path: 'orbit-left' })) {
   *   if (event.type === 'scene') await save(event.scene)
   * }
   */
  generate(
    request: GenerateRequest,
    options?: { readonly signal?: AbortSignal },
  ): AsyncIterable<GenerateEvent>
  /** The scene as cameras of its own frame see it. */
  render(scene: Scene, cameras: readonly Camera[], options: RenderOptions): Promise<Picture[]>
  /** Frees the model's memory; the engine stays the caller's. */
  dispose(): void
}

export interface LoadOptions extends ModelOptions {
  /** A checkpoint in the hub's layout. */
  readonly source: WeightSource
  readonly images: ImageDecoder
}

/** Models below this many channels were trained on small pictures, and on worlds that the first camera looks down on. */
const smallWidth = 1024

/** Loads a checkpoint onto an engine. @throws WeightsError, EngineError */
export async function loadFlashWorld({ images, ...options }: LoadOptions): Promise<FlashWorld> {
  const model = await loadModel(options)
  return createFlashWorld(model, images)
}

/** A model that is there already (one of random weights, say) as a FlashWorld. */
export function createFlashWorld(model: Model, images: ImageDecoder): FlashWorld {
  const { engine } = model
  const defaults = defaultsOf(model.transformer.config)
  return {
    engine,
    defaults,
    generate: (request, { signal } = {}) =>
      generate(model, images, checkRequest(request, defaults), signal),
    render: (scene, cameras, options) => renderViews(engine, scene.gaussians, cameras, options),
    dispose: () => model.dispose(),
    [Symbol.dispose]: () => model.dispose(),
  }
}

/**
 * The `defaults` of the checkpoint's FlashWorld, of which no more than a `config.json` is read: requests can be checked
 * before the weights are loaded.
 * @throws WeightsError
 */
export async function checkpointDefaults(source: WeightSource): Promise<RequestDefaults> {
  // the file does not tell the features, and the defaults do not depend on them
  return defaultsOf(wanTransformerConfig(await readJson(source, 'transformer/config.json'), 0))
}

const defaultsOf = ({ heads, headSize }: WanTransformerConfig): RequestDefaults =>
  heads * headSize < smallWidth
    ? { resolution: [12, 128, 192], path: 'orbit-left', lookDown: 12 }
    : { resolution: [24, 480, 704], path: 'orbit-left', lookDown: 0 }
