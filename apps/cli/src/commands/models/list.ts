import type { ConvertedModel, PublishedModel } from 'flashworld/node'
import {
  convertedNames,
  embeddedModel,
  findConverted,
  folderSource,
  hubSettings,
  listCached,
  publishedModels,
  readManifest,
} from 'flashworld/node'
import { byteWords } from '../../byte-words.ts'
import type { Output } from '../../output.ts'

/** Tells which models there are, what of each is here, and what it takes. */
export async function list(output: Output): Promise<void> {
  const folder = embeddedModel()
  output.tell(
    { type: 'result', name: 'mini', folder, converted: [], published: null },
    `mini: toy worlds; comes with flashworld\n  ${folder}`,
  )
  for (const model of publishedModels.values()) await tellModel(model, output)
  const others = (await convertedNames()).filter((name) => !publishedModels.has(name))
  for (const name of others) {
    const converted = await Promise.all((await findConverted(name)).map(withBytes))
    const rows = [`${name}: converted from a checkpoint`, ...converted.map(convertedRow)]
    output.tell({ type: 'result', name, converted, published: null }, rows.join('\n'))
  }
}

async function tellModel(model: PublishedModel, output: Output): Promise<void> {
  const { name, summary, needs } = model
  const converted = await Promise.all((await findConverted(name)).map(withBytes))
  const { cache } = hubSettings()
  const fetched = await fetchedBytes(model, cache)
  const rows = [
    `${name}: ${summary}`,
    ...converted.map(convertedRow),
    fetched === undefined
      ? `  as published: not here, or not all of it; about ${byteWords(model.bytes)}`
      : `  as published: ${byteWords(fetched)} in ${cache}`,
    ...(converted.length === 0 ? [`  flashworld models pull ${name} makes it ready`] : []),
    '  takes, about:',
    ...Object.entries(needs).map(
      ([precision, { disk, device }]) =>
        `    ${precision}: ${byteWords(disk)} on disk, ${byteWords(device)} of GPU memory`,
    ),
  ]
  const published = fetched === undefined ? null : { cache, bytes: fetched }
  output.tell({ type: 'result', name, converted, published, needs }, rows.join('\n'))
}

async function withBytes({ precision, folder }: ConvertedModel) {
  const { files } = await readManifest(folderSource(folder))
  return { precision, folder, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
}

const convertedRow = ({ precision, folder, bytes }: Awaited<ReturnType<typeof withBytes>>) =>
  `  ${precision}: ${folder}, ${byteWords(bytes)}`

/** Undefined unless all of it is in the cache. */
async function fetchedBytes({ parts }: PublishedModel, cache: string) {
  try {
    const listings = await Promise.all(parts.map((part) => listCached(cache, part)))
    return listings.flatMap(({ files }) => files).reduce((sum, { bytes }) => sum + bytes, 0)
  } catch {
    return undefined
  }
}
