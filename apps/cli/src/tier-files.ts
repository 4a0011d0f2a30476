import { extname } from 'node:path'
import type { Making } from 'flashworld'
import { sceneTiers } from 'flashworld'
import { UsageError } from './command.ts'
import { saveFile } from './save.ts'
import type { WrittenFile } from './scene-files.ts'
import { saveRecord, sceneWriter } from './scene-files.ts'

const units: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 }

/** Sizes by the names that their files get: `2m,500k,1234`. @throws UsageError */
export function parseTiers(list: string | undefined): ReadonlyMap<number, string> {
  const names = list?.toLowerCase().split(',') ?? []
  return new Map(
    names.map((name) => {
      const [, digits, unit] = /^([1-9]\d{0,6})([km]?)$/.exec(name) ?? []
      if (digits === undefined)
        throw new UsageError(`--tiers: expected sizes such as 2m,500k,100k, got '${list}'`)
      return [Number(digits) * (units[unit!] ?? 1), name]
    }),
  )
}

/** Writes the smaller versions of a scene beside it, each with a record of its own. */
export async function* saveTiers(
  out: string,
  tiers: ReadonlyMap<number, string>,
  making: Omit<Making, 'files'>,
  signal: AbortSignal,
): AsyncGenerator<WrittenFile> {
  const { scene, engine } = making
  const limits = [...tiers.keys()]
  for (const limit of limits) {
    const { count } = scene.gaussians
    if (limit >= count)
      console.error(
        `--tiers: no ${tiers.get(limit)} file, the scene has ${count.toLocaleString('en')} Gaussians`,
      )
  }
  for await (const { limit, gaussians, psnr } of sceneTiers(engine, scene, { limits, signal })) {
    const path = tierPath(out, tiers.get(limit)!)
    const smaller = { ...scene, gaussians }
    yield { path, bytes: await saveFile(path, sceneWriter(path)(smaller)), psnr }
    yield saveRecord(path, [path], { ...making, scene: smaller })
  }
}

function tierPath(out: string, name: string): string {
  const ending = extname(out)
  return `${out.slice(0, out.length - ending.length)}.${name}${ending}`
}
