import type { ConvertedModel } from 'flashworld/node'
import { verifyConverted } from 'flashworld/node'
import type { Session } from '../../command.ts'
import { notHere } from './known-model.ts'

/** Reads all of each converted model and holds it against its hashes. @returns the exit code */
export async function verify(
  name: string,
  converted: readonly ConvertedModel[],
  { output, signal }: Session,
): Promise<number> {
  if (converted.length === 0) throw notHere(name)
  let faulty = 0
  for (const { precision, folder } of converted) {
    const progress = output.progress()
    try {
      const faults = await verifyConverted(folder, {
        signal,
        onProgress: (done, total) => progress.show(done / total, `reading ${folder}`),
      })
      progress.end()
      faulty += faults.length
      const words = faults.map(({ path, fault }) => `  ✗ ${path}: ${faultWords[fault]}`)
      const verdict = faults.length === 0 ? '✓ as it was made' : '✗ damaged'
      output.tell(
        { type: 'result', name, precision, folder, faults },
        [`${name} for ${precision}, ${folder}: ${verdict}`, ...words].join('\n'),
      )
    } finally {
      progress.end()
    }
  }
  return faulty === 0 ? 0 : 1
}

const faultWords = {
  missing: 'is not there',
  elsewhere: 'is a link to somewhere else',
  size: 'has another size',
  content: 'has another content',
}
