import { readProject, writeProject } from '../project/project-file.ts'
import type { Project } from '../project/project.ts'
import { packText, unpackText } from './pack-text.ts'

/** What the fragment of a link to a project begins with. */
const prefix = '#p='

/** Links that are longer are cut by some programs. */
export const longLink = 8000

/** Digits after the point of what a link says of a path: a millionth of the scene's depth. */
const digits = 6

/** A link to a project at a page; its photograph goes with it as it is given. */
export async function shareLink(project: Project, page: string): Promise<string> {
  const text = await (await writeProject(rounded(project))).text()
  const url = new URL(page)
  url.hash = ''
  return url.href + prefix + (await packText(JSON.stringify(JSON.parse(text))))
}

/** True for the fragment of a link to a project. */
export const isShareFragment = (fragment: string): boolean => fragment.startsWith(prefix)

/** The project of a link. @throws Error where it holds none */
export async function projectOfFragment(fragment: string): Promise<Project> {
  return readProject(JSON.parse(await unpackText(fragment.slice(prefix.length))))
}

/** A project whose path is told in no more digits than anyone sees. */
function rounded(project: Project): Project {
  const round = (value: number) => Number(value.toFixed(digits))
  const keys = project.path.keys.map((key) => ({
    ...key,
    position: key.position.map(round) as unknown as typeof key.position,
    rotation: key.rotation.map(round) as unknown as typeof key.rotation,
    fovDegrees: round(key.fovDegrees),
  }))
  return { ...project, path: { ...project.path, keys } }
}

/** Where a world is embedded: the viewer of the server with one of its scenes. */
export const viewerUrl = (scene: string, page: string, file = 'scene.spz'): string => {
  const url = new URL('viewer', page)
  url.hash = ''
  url.search = new URLSearchParams({ url: `/v1/scenes/${scene}/files/${file}` }).toString()
  return url.href
}

/** HTML that shows a viewer within another page. */
export const embedCode = (viewer: string, title: string): string =>
  `<iframe src="${escaped(viewer)}" title="${escaped(title)}" width="704" height="480" ` +
  `style="border: 0" allow="fullscreen; xr-spatial-tracking" loading="lazy"></iframe>`

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
