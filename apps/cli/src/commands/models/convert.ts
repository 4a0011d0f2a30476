import type { ConvertedModel, PublishedFiles, StoredPrecision } from 'flashworld/node'
import { browserFileBytes, convertModel } from 'flashworld/node'
import type { Session } from '../../command.ts'

export interface Conversion {
  readonly folder: string
  readonly precision: StoredPrecision
  /** Files of a size that browsers do well with. */
  readonly forBrowsers: boolean
  readonly session: Session
}

/** Converts published files, showing how far it is. */
export async function convertTo(
  published: PublishedFiles,
  { folder, precision, forBrowsers, session: { output, signal } }: Conversion,
): Promise<ConvertedModel> {
  const progress = { current: output.progress({ total: 1 }), total: 0 }
  try {
    await convertModel({
      ...{ published, folder, precision, signal },
      ...(forBrowsers && { fileBytes: browserFileBytes }),
      onWait: () => output.note('another process converts; waiting for it'),
      onProgress({ path, doneBytes, totalBytes }) {
        if (progress.total !== totalBytes)
          progress.current = output.progress({ total: totalBytes / 1e6, unit: 'MB' })
        progress.total = totalBytes
        progress.current.show(doneBytes / 1e6, `converting to ${precision}: ${path}`)
      },
    })
    return { precision, folder }
  } finally {
    progress.current.end()
  }
}
