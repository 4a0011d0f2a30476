import type {
  ConvertedModel,
  Hub,
  PublishedFiles,
  PullPlan,
  StoredPrecision,
} from 'flashworld/node'
import {
  checkSpace,
  convertedFolder,
  fetchPublished,
  findConverted,
  freeBytes,
  hubSettings,
  planPull,
  usualPatience,
} from 'flashworld/node'
import { byteWords } from '../../byte-words.ts'
import type { Given, Session } from '../../command.ts'
import { consents } from '../../consent.ts'
import type { Progress } from '../../progress.ts'
import type { Conversion } from './convert.ts'
import { convertTo } from './convert.ts'
import { knownModel } from './known-model.ts'

/** Fetches a model and converts it, unless it is there. @returns nothing where somebody did not want that after all */
export async function pull(
  name: string,
  { precision, forBrowsers }: Pick<Conversion, 'precision' | 'forBrowsers'>,
  { given, session }: { readonly given: Pick<Given, 'switches'>; readonly session: Session },
): Promise<ConvertedModel | undefined> {
  const { output, signal } = session
  const model = knownModel(name)
  const there = (await findConverted(name)).find((found) => found.precision === precision)
  if (there) return there
  const hub: Hub = { ...hubSettings(), patience: usualPatience }
  const onWait = (milliseconds: number, reason: string) =>
    output.note(`${reason}; another try in ${Math.ceil(milliseconds / 1000)} s`)
  const plan = await planPull(model, hub, { signal, onWait })
  const missing = missingBytes(plan)
  const folder = convertedFolder(name, precision)
  const disk = diskBytes(plan, precision)
  tellPlan(plan, precision, { session, cache: hub.cache, folder, free: await freeBytes(hub.cache) })
  await checkSpace([
    { folder: hub.cache, bytes: missing },
    { folder, bytes: disk },
  ])
  const question = `Fetch ${byteWords(missing)} and convert ${name} to ${precision} (${byteWords(disk)} more)?`
  if (!(await consents(question, given, session))) return undefined
  const files = await fetchWatched(plan, hub, session, onWait)
  return convertTo(files, { folder, precision, forBrowsers, session })
}

export const missingBytes = ({ files }: PullPlan): number =>
  files.reduce((sum, { bytes, here }) => sum + bytes - here, 0)

/** What the converted model will take, about: more or less than usual as its files have more or less. */
function diskBytes({ model, files }: PullPlan, precision: StoredPrecision): number {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0)
  return Math.round(model.needs[precision].disk * (all / model.bytes))
}

interface Places {
  readonly session: Session
  readonly cache: string
  readonly folder: string
  readonly free: number
}

function tellPlan(
  plan: PullPlan,
  precision: StoredPrecision,
  { session: { output }, cache, folder, free }: Places,
): void {
  const { model, listings, files, unasked } = plan
  const { name, needs } = model
  const missing = missingBytes(plan)
  const parts = listings.map(({ from, licence, files: list }) => ({
    ...{ ...from, licence },
    files: list.map((file) => files.find(({ name }) => name === file.name)!),
  }))
  const disk = diskBytes(plan, precision)
  const deviceBytes = needs[precision].device
  if (unasked) output.note(`${unasked.message}; the cache alone is asked`)
  output.tell(
    {
      ...{ type: 'plan', name, precision, parts, missingBytes: missing, freeBytes: free },
      ...{ cache, folder, diskBytes: disk, deviceBytes },
    },
    [
      `${name}: ${model.summary}`,
      ...parts.flatMap(({ repository, revision, licence, files: list }) => [
        `  ${repository} at ${revision.slice(0, 12)}, licence: ${licence}`,
        ...list.map(fileRow),
      ]),
      `To fetch: ${byteWords(missing)}, into ${cache} (free: ${byteWords(free)})`,
      `Then, once: about ${byteWords(disk)} for ${precision}, into ${folder}`,
      `GPU memory while a scene is made, about: ${Object.entries(needs)
        .map(([each, { device }]) => `${byteWords(device)} with ${each}`)
        .join(', ')}`,
    ].join('\n'),
  )
}

function fileRow({ name, bytes, here }: PullPlan['files'][number]): string {
  const state = here === bytes ? 'here' : here > 0 ? `${byteWords(here)} here` : ''
  return `    ${name.padEnd(56)} ${byteWords(bytes).padStart(8)}  ${state}`.trimEnd()
}

/** Fetches, showing each file's rate and time left. */
async function fetchWatched(
  plan: PullPlan,
  hub: Hub,
  { output, signal }: Session,
  onWait: (milliseconds: number, reason: string) => void,
): Promise<PublishedFiles> {
  const order = new Map(plan.files.map(({ name }, i) => [name, i + 1]))
  let shown:
    { readonly key: string; readonly progress: Progress; readonly from: number } | undefined
  try {
    return await fetchPublished(plan, hub, {
      ...{ signal, onWait },
      onHeld: () => output.note('another process fetches the same; waiting for it'),
      onProgress({ name, activity, done, total }) {
        const key = `${activity} ${name}`
        if (shown?.key !== key) {
          shown?.progress.end()
          // what was there before is no part of the rate
          const from = activity === 'fetching' ? done : 0
          const progress = output.progress({ total: (total - from) / 1e6, unit: 'MB' })
          shown = { key, progress, from }
        }
        const activityOf = `${key} (${order.get(name)} of ${plan.files.length})`
        shown.progress.show((done - shown.from) / 1e6, activityOf)
      },
    })
  } finally {
    shown?.progress.end()
  }
}
