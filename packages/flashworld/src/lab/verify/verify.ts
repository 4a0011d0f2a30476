import type { Model } from '../../model.ts'
import type { Cases } from './cases.ts'
import type { Comparison, Computed } from './compare.ts'
import { compare, tolerances } from './compare.ts'
import { pipelines, runPipeline } from './pipelines.ts'
import { stages } from './stages.ts'

/** One thing that was computed; held against its golden where the cases have one. */
export interface VerifyResult {
  readonly computed: Computed
  readonly comparison: Comparison | undefined
}

/**
 * Computes every stage from golden inputs and the two pipelines with the recorded draws, and compares what comes out
 * with the goldens. A stage whose inputs the cases lack is left out.
 * @throws WeightsError when the cases are damaged; EngineError `engine/busy`; what the packages below throw
 * @example
 * ```ts shown
 * import { folderSource, openEngine } from 'flashworld/node'
 * import { loadModel, openCases, verify } from 'flashworld/lab'
 *
 * using engine = await openEngine({ backend: 'wasm' })
 * const source = folderSource('test/goldens/tiny')
 * using model = await loadModel({ engine, source })
 * for await (const { computed, comparison } of verify(model, await openCases(source)))
 *   console.log(computed.name, comparison?.error)
 * ```
 */
export async function* verify(model: Model, cases: Cases): AsyncGenerator<VerifyResult> {
  using work = model.engine.use('verify')
  const { engine } = work
  const allowed = tolerances[engine.bytes ? 'int8' : engine.half]
  const held = async (computed: Computed): Promise<VerifyResult> => ({
    computed,
    comparison: cases.names.has(computed.name)
      ? await compare(cases, computed, allowed)
      : undefined,
  })
  const collect = async (results: AsyncGenerator<Computed>) => {
    const list: Computed[] = []
    for await (const result of results) list.push(result)
    return list
  }
  for (const stage of stages) {
    if (!stage.needs.every((name) => cases.names.has(name))) continue
    for (const computed of await engine.scope((engine) =>
      collect(stage.run({ ...model, engine }, cases)),
    ))
      yield held(computed)
  }
  for (const name of pipelines) {
    if (!cases.names.has(`${name}.gaussians`)) continue
    for (const computed of await engine.scope((engine) =>
      collect(runPipeline({ ...model, engine }, cases, name)),
    ))
      yield held(computed)
  }
}
