/** How much a device is asked to draw. */
export interface Tier {
  /** Pixels of the picture for a CSS pixel, at most. */
  readonly pixelRatio: number
  /** Gaussians are drawn out to so many deviations. */
  readonly maxStdDev: number
  /** Pixels of the picture for a CSS pixel while the view moves. */
  readonly movingPixelRatio: number
  /** Of a larger world, so many Gaussians that show most are drawn. */
  readonly gaussians: number
}

export interface Device {
  readonly touch: boolean
  /** GiB, where the browser says it. */
  readonly memory: number | undefined
  readonly cores: number
  /** The graphics are computed by the processor. */
  readonly software: boolean
}

/** Out to where a Gaussian's alpha is 1/255, as the model's own rasterizer draws. */
const EXACT = Math.sqrt(2 * Math.log(255))

export function tierOf({ touch, memory = 8, cores, software }: Device): Tier {
  if (software)
    return { pixelRatio: 1, maxStdDev: EXACT, movingPixelRatio: 0.4, gaussians: 300_000 }
  if (touch || memory < 4 || cores < 4) {
    return {
      pixelRatio: 1.5,
      maxStdDev: Math.sqrt(5),
      movingPixelRatio: 0.75,
      gaussians: 1_500_000,
    }
  }
  return { pixelRatio: 2, maxStdDev: EXACT, movingPixelRatio: 1, gaussians: Infinity }
}

export function deviceOf(gl: WebGL2RenderingContext): Device {
  const { deviceMemory, hardwareConcurrency } = navigator as Navigator & { deviceMemory?: number }
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  return {
    touch: matchMedia('(pointer: coarse)').matches,
    memory: deviceMemory,
    cores: hardwareConcurrency,
    software: /swiftshader|llvmpipe|software|basic render/i.test(name),
  }
}
