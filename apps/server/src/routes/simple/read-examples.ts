import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { embeddedExamples } from 'flashworld/node'

/** A request to begin with, and what was made of it. */
export interface Example {
  readonly name: string
  /** By the published names, whole: its photograph is in it. */
  readonly request: { readonly image_prompt: string | null; readonly text_prompt: string }
  /** By ending: a picture of the scene, and the scene. */
  readonly files: Readonly<Record<ExampleFile, Buffer>>
}

export type ExampleFile = 'webp' | 'spz'

/** In the order of their numbers, which count from 1. */
export async function readExamples(): Promise<Example[]> {
  const names = (await readJson('examples')) as readonly string[]
  return Promise.all(names.map(readExample))
}

async function readExample(name: string): Promise<Example> {
  const request = (await readJson(name)) as Example['request']
  const files = { webp: await read(`${name}.webp`), spz: await read(`${name}.spz`) }
  const file = request.image_prompt
  if (file === null) return { name, request, files }
  const image = `data:image/${extname(file).slice(1)};base64,${(await read(file)).toString('base64')}`
  return { name, request: { ...request, image_prompt: image }, files }
}

const read = (file: string) => readFile(join(embeddedExamples(), file))

const readJson = async (name: string): Promise<unknown> =>
  JSON.parse((await read(`${name}.json`)).toString())
