import type { ViewEvents } from '../viewport.ts'

/** One gesture: it starts with its first change, and what changed nothing never was one. */
export class Gesture {
  readonly #onGesture: ViewEvents['onGesture']
  #running = false

  constructor(onGesture: ViewEvents['onGesture']) {
    this.#onGesture = onGesture
  }

  /** Before every change. */
  change(): void {
    if (this.#running) return
    this.#running = true
    this.#onGesture('start')
  }

  end(): void {
    this.#finish('end')
  }

  cancel(): void {
    this.#finish('cancel')
  }

  get isRunning(): boolean {
    return this.#running
  }

  #finish(phase: 'end' | 'cancel'): void {
    if (!this.#running) return
    this.#running = false
    this.#onGesture(phase)
  }
}
