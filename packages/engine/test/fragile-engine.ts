import { createEngine } from '../src/create-engine.ts'
import type { Engine } from '../src/index.ts'
import { EngineError } from '../src/index.ts'
import { createWasmBackend } from '../src/wasm/engine.ts'

/** An engine that can be made to fail as a GPU does: all at once, or by never answering again. */
export interface FragileEngine {
  readonly engine: Engine
  /** The device is gone: nothing that waits for it is answered. */
  lose(): void
  /** The device hangs: it does not answer as long as this is so. */
  hangs: boolean
}

export async function createFragileEngine(): Promise<FragileEngine> {
  const backend = await createWasmBackend()
  const never = new Promise<never>(() => {})
  const answering =
    <Args extends readonly unknown[], T>(wait: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> =>
      fragile.hangs ? never : wait(...args)
  const engine = createEngine({
    ...backend,
    get peakBytes() {
      return backend.peakBytes
    },
    read: answering(backend.read),
    readWords: answering(backend.readWords),
    finish: answering(backend.finish),
    pace: answering(backend.pace),
    spans: answering(backend.spans),
  })
  const fragile = {
    engine,
    hangs: false,
    lose() {
      fragile.hangs = true
      backend.loss.lose(new EngineError('engine/lost', 'test: the device is gone'))
    },
  }
  return fragile
}
