import type { Gaussians } from '../../gaussians.ts'

/** What a vertex table became. */
export interface VertexCloud {
  readonly cloud: Gaussians
  /** Properties that are in it. */
  readonly used: ReadonlySet<string>
  readonly notes: readonly string[]
}
