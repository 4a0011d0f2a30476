import type { View } from '../../path/path.ts'

/** Milliseconds after which a held Space records on, and between its keys. */
const [HOLD, EVERY] = [350, 300]

/** Space as a recorder: a press is a key, and while it is held there come more, as long as the view moves. */
export class Recorder {
  readonly #record: (view: View) => void
  #due: number | null = null
  #last: View | null = null

  constructor(record: (view: View) => void) {
    this.#record = record
  }

  get isRunning(): boolean {
    return this.#due !== null
  }

  press(view: View, now: number): void {
    if (this.isRunning) return
    this.#take(view, now + HOLD)
  }

  /** At every frame while it runs. */
  tick(view: View, now: number): void {
    if (this.#due === null || now < this.#due || view === this.#last) return
    this.#take(view, now + EVERY)
  }

  /** The last view is recorded too, where it is another than the last key. @returns whether it ran */
  release(view: View, now: number): boolean {
    if (this.#due === null) return false
    const held = this.#due - now < 0
    if (held && view !== this.#last) this.#record(view)
    this.#due = null
    this.#last = null
    return true
  }

  #take(view: View, due: number): void {
    this.#record(view)
    this.#last = view
    this.#due = due
  }
}
