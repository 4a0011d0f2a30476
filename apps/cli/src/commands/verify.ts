import { checkWritable, folderSource, saveFile } from 'flashworld/node'
import type { VerifyResult } from 'flashworld/lab'
import { dumpTensors, loadModel, openCases, verify } from 'flashworld/lab'
import type { Command, Given, Session } from '../command.ts'
import { UsageError } from '../command.ts'
import { backendOptions, openBackend } from '../model.ts'
import type { Output } from '../output.ts'

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
  },
  examples: ['npx flashworld verify test/goldens/tiny --backend wasm'],
  run,
}

async function run(given: Given, { output, signal }: Session): Promise<number> {
  const { positionals, values } = given
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
  output.say(`${engine.name}, ${engine.half} storage`)
  for await (const result of verify(model, cases)) {
    results.push(result)
    signal.throwIfAborted()
    if (result.comparison) tell(output, result.comparison)
  }
  if (values.dump !== undefined)
    await saveFile(values.dump, dumpTensors(results.map((r) => r.computed)))
  model.dispose()
  engine.dispose()
  const compared = results.flatMap((r) => r.comparison ?? [])
  const failed = compared.filter((c) => !c.passed)
  const seconds = (performance.now() - start) / 1000
  output.tell(
    { type: 'done', seconds, compared: compared.length, failed: failed.length },
    `${compared.length - failed.length} of ${compared.length} agree, ${seconds.toFixed(1)} s`,
  )
  return failed.length === 0 && compared.length > 0 ? 0 : 1
}

function tell(output: Output, comparison: NonNullable<VerifyResult['comparison']>) {
  const { name, error, tolerance, published, psnr, passed } = comparison
  const more = [
    `at most ${tolerance.toPrecision(2)}`,
    ...(published === undefined ? [] : [`published applications ${published.toExponential(2)}`]),
    ...(psnr === undefined ? [] : [`${psnr.toFixed(1)} dB`]),
  ]
  output.tell(
    { type: 'comparison', ...comparison },
    `${passed ? '✓' : '✗'} ${name.padEnd(30)} ${error.toExponential(2).padStart(9)}  (${more.join(', ')})`,
  )
}
