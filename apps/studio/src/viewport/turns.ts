interface Waiting {
  readonly isFilm: boolean
  readonly start: () => Promise<void>
}

/** Whose turn it is to draw: one picture at a time, each kind in its order; while there is a film, none but its own. */
export class Turns {
  readonly #waiting: Waiting[] = []
  #films = 0
  #isBusy = false

  /** Does the work when its turn has come. @throws what the work throws */
  take<Result>(work: () => Promise<Result>, isFilm = false): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ isFilm, start: () => work().then(resolve, reject) })
      this.#next()
    })
  }

  /** From now on only films have their turn. @returns ends that */
  beginFilm(): () => void {
    this.#films++
    return () => {
      this.#films--
      this.#next()
    }
  }

  #next(): void {
    if (this.#isBusy) return
    const at = this.#waiting.findIndex(({ isFilm }) => isFilm === this.#films > 0)
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1)
    if (!next) return
    this.#isBusy = true
    void next.start().finally(() => {
      this.#isBusy = false
      this.#next()
    })
  }
}
