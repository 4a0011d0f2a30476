/** Flow matching with a shift towards noise: sigma = 3s / (1 + 2s) at s = 1, 3/4, 1/2, 1/4. */
const shift = 3
const trainingSteps = 1000

export interface SamplerStep {
  /** Share of noise in the latents, 1 to 0. */
  readonly sigma: number
  /** What the transformer is told: 1000 sigma. */
  readonly timestep: number
}

/** The four steps of the distilled model. */
export const schedule: readonly SamplerStep[] = [0, 250, 500, 750].map((index) => {
  const s = (trainingSteps - index) / trainingSteps
  const sigma = (shift * s) / (1 + (shift - 1) * s)
  return { sigma, timestep: trainingSteps * sigma }
})
