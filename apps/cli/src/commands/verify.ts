import type { VerifyResult } from 'flashworld/lab'
import { dumpTensors, loadModel, openCases, verify } from 'flashworld/lab'
import { checkWritable, folderSource, saveFile } from 'flashworld/node'
import type { Command, Given } from '../command.ts'
import { UsageError } from '../command.ts'
import { backendOptions, openBackend } from '../model.ts'

export const verifyCommand: Command = {
  name: 'verify',
  summary:
    "Computes every stage of a checkpoint from golden inputs and compares with the published code's outputs",
  positionals: 'DIR',
  options: {
    ...backendOptions,
    cases: {
      value: 'DIR',
      summary: 'where cases.safetensors and cases.json are (default: in DIR)',
    },
    dump: {
      value: 'FILE',
      summary: 'writes what was computed as safetensors, under the goldens’ names',
    },
    json: { summary: 'as JSON, one object a line' },
  },
  examples: ['npx flashworld verify test/goldens/tiny --backend wasm'],
  run,
}

async function run(given: Given): Promise<number> {
  const { positionals, values, switches } = given
  const [folder, more] = positionals
  if (!folder || more)
    throw new UsageError(`verify: expected one folder, got ${positionals.length}`)
  if (values.dump !== undefined) await checkWritable(values.dump)
  const cases = await openCases(folderSource(values.cases ?? folder))
  const engine = await openBackend({
    ...given,
    values: { ...values, precision: values.precision ?? 'f32' },
  })
  const model = await loadModel({ engine, source: folderSource(folder) })
  const results: VerifyResult[] = []
  const start = performance.now()
  if (!switches.has('json')) console.log(`${engine.name}, ${engine.half} storage`)
  for await (const result of verify(model, cases)) {
    results.push(result)
    if (result.comparison) print(result.comparison, switches.has('json'))
  }
  if (values.dump !== undefined)
    await saveFile(values.dump, dumpTensors(results.map((r) => r.computed)))
  model.dispose()
  engine.dispose()
  const compared = results.flatMap((r) => r.comparison ?? [])
  const failed = compared.filter((c) => !c.passed)
  if (!switches.has('json')) {
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${compared.length - failed.length} of ${compared.length} agree, ${seconds} s`)
  }
  return failed.length === 0 && compared.length > 0 ? 0 : 1
}

function print(comparison: NonNullable<VerifyResult['comparison']>, json: boolean) {
  const { name, error, tolerance, passed } = comparison
  if (json) console.log(JSON.stringify(comparison))
  else
    console.log(
      `${passed ? '✓' : '✗'} ${name.padEnd(30)} ${error.toExponential(2).padStart(9)}  (at most ${tolerance})`,
    )
}
