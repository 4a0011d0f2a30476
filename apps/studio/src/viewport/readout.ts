/** Frames a second over the last of them that were drawn one after another. */
export class FrameRate {
  #times: number[] = []

  /** @param now milliseconds, of a frame that was drawn */
  drawn(now: number): void {
    const last = this.#times.at(-1)
    // after a rest the rate begins anew
    if (last !== undefined && now - last > REST) this.#times = []
    this.#times.push(now)
    if (this.#times.length > KEPT) this.#times.shift()
  }

  /** Null before two frames followed one another. */
  get perSecond(): number | null {
    const span = this.#times.at(-1)! - this.#times[0]!
    return this.#times.length < 2 ? null : ((this.#times.length - 1) * 1000) / span
  }
}

const REST = 1500
const KEPT = 30
