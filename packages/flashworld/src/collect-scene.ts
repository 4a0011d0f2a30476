import type { GenerateEvent } from './events.ts'
import type { Generated, Scene } from './scene.ts'

/**
 * What a generation's events come to.
 * @param onEvent hears each of them, and is waited for
 */
export async function collectScene(
  events: AsyncIterable<GenerateEvent>,
  onEvent?: (event: GenerateEvent) => void | Promise<void>,
): Promise<Omit<Generated, 'engine' | 'request'>> {
  let scene: Scene | undefined
  for await (const event of events) {
    await onEvent?.(event)
    if (event.type === 'scene') ({ scene } = event)
    if (event.type !== 'done' || !scene) continue
    const { timings, seconds, peakBytes } = event
    return { scene, timings, seconds, peakBytes }
  }
  throw new Error('generate: expected a scene, got none')
}
