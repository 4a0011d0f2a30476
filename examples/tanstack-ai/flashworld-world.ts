// flashworld as a world provider of TanStack AI, whose `generateWorld` is experimental: written for @tanstack/ai 0.58.
import type { WorldGenerationOptions, WorldGenerationResult } from '@tanstack/ai'
import { BaseWorldAdapter } from '@tanstack/ai/adapters'
import type { SceneRequest } from 'flashworld/client'
import { createClient } from 'flashworld/client'

/** What `modelOptions` may hold: a photograph, cameras or a path, a seed; all of a request but its sentence. */
export type FlashWorldOptions = Omit<SceneRequest, 'prompt'>

/** Where the finished world is, by the names that TanStack AI documents for worlds that are files. */
export interface FlashWorldResult extends WorldGenerationResult {
  readonly assets: {
    readonly splats: { readonly spzUrls: Readonly<Record<string, string>> }
    readonly thumbnailUrl: string
  }
}

class FlashWorldAdapter extends BaseWorldAdapter<string, FlashWorldOptions> {
  readonly name = 'flashworld'

  override async createWorld({
    prompt,
    modelOptions,
    abortSignal: signal,
  }: WorldGenerationOptions<FlashWorldOptions>): Promise<FlashWorldResult> {
    const { baseUrl: url = 'http://localhost:7860', apiKey: token } = this.config
    const client = createClient({ url, token })
    const { id } = await client.scenes.create({ ...modelOptions, prompt }, { signal })
    try {
      for await (const event of client.events(id, { signal })) {
        if (event.type === 'failed') throw new Error(event.message)
        if (event.type === 'cancelled') throw new Error('the scene was cancelled')
      }
    } catch (error) {
      if (signal?.aborted) await client.scenes.cancel(id)
      throw error
    }
    const file = (name: string) => new URL(`/v1/scenes/${id}/files/${name}`, url).href
    return {
      ...{ id, prompt, model: this.model, status: 'ready' },
      // there is no session to join: the world is finished
      ...{ token: '', expiresAt: 0 },
      assets: {
        splats: {
          spzUrls: { '100k': file('scene.100k.spz'), full_res: file('scene.spz') },
        },
        thumbnailUrl: file('thumbnail.webp'),
      },
    }
  }
}

/**
 * Worlds of a flashworld server.
 * @example
 * const adapter = flashworldWorld('mini', { baseUrl: 'http://localhost:7860' })
 * const world = await generateWorld({ adapter, prompt: 'a red house on grass' })
 */
export const flashworldWorld = (
  model: string,
  config?: ConstructorParameters<typeof FlashWorldAdapter>[1],
) => new FlashWorldAdapter(model, config)
