import type { RequestWarning } from './request-warnings.ts'
import type { Scene } from './scene.ts'

/** An image as bytes: row-major RGBA, top row first. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8ClampedArray
}

/** The parts of a generation, in order; the four steps repeat the middle ones. */
export type Stage = 'text' | 'image' | 'transformer' | 'decoder' | 'render' | 'encoder'

/** What `generate` tells on its way. A command line, a server or a page only renders these. */
export type GenerateEvent =
  | {
      readonly type: 'started'
      /** Chosen at random when the request named none; the same seed gives the same scene again. */
      readonly seed: number
      readonly steps: number
      readonly resolution: readonly [frames: number, height: number, width: number]
      readonly warnings: readonly RequestWarning[]
    }
  | {
      readonly type: 'progress'
      readonly stage: Stage
      /** 1-based; 0 before the first step. */
      readonly step: number
      /** Part of the whole generation that is done, 0 to 1. */
      readonly fraction: number
    }
  | {
      readonly type: 'step'
      readonly step: number
      /** The scene so far, seen from the camera at `imageIndex`. */
      readonly preview: Picture
    }
  | { readonly type: 'scene'; readonly scene: Scene }
  | {
      readonly type: 'done'
      /** Seconds by stage: device time where the device can tell it. */
      readonly timings: Readonly<Record<string, number>>
      readonly seconds: number
      readonly peakBytes: number
    }
