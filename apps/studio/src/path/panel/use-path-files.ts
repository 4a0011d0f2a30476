import { useProjectStore } from '../../project/use-project.ts'
import { numberText, useToasts } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import type { Words } from '../../words/words.ts'
import type { PathFormat } from '../files/formats.ts'
import type { ImportNote } from '../files/import-path.ts'

/** Asks for a file, or for the files of a COLMAP model, and takes the path in them. */
export function useOpenPath(): () => void {
  const take = useTakePath()
  return () => {
    const accept = '.json,.gltf,.glb,.txt,.bin'
    const input = Object.assign(document.createElement('input'), {
      type: 'file',
      multiple: true,
      accept,
    })
    input.addEventListener('change', () => void take([...(input.files ?? [])]))
    input.click()
  }
}

/** Takes the path of files, and says what was assumed of it. */
export function useTakePath(): (files: readonly File[]) => Promise<void> {
  const project = useProjectStore()
  const toasts = useToasts()
  const { path: words } = useWords()
  return async (files) => {
    const [first] = files
    if (!first) return
    try {
      const { importPath } = await import('../files/import-path.ts')
      const { scene, path: before } = project.history.getState().present
      const { path, notes } = await importPath(
        {
          names: files.map(({ name }) => name),
          read: async (name) => {
            const found = files.find((file) => file.name === name)
            if (!found) throw new Error(`${name}: expected this file beside the others`)
            return new Uint8Array(await found.arrayBuffer())
          },
        },
        { size: scene, ...(before.keys[0] && { fovDegrees: before.keys[0].fovDegrees }) },
      )
      project.edit((now) => ({ ...now, path }))
      const said = notes.map((note) => noteText(note, words.files))
      const opened = words.files.opened(first.name, path.keys.length)
      toasts.show({ kind: 'done', words: [opened, ...said].join(' ') })
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      toasts.show({ kind: 'error', words: words.files.failed(first.name, cause) })
    }
  }
}

function noteText(note: ImportNote, words: Words['path']['files']): string {
  switch (note.kind) {
    case 'file':
      return `${note.words}.`
    case 'scaled':
      return words.scaled(numberText(note.times, note.times < 0.1 ? 4 : 2))
    case 'off-centre':
      return words.offCentre
    case 'pixels':
      return words.pixels
    case 'timed':
      return words.timed
  }
}

/** Saves the path in a format, each of its files by its name. */
export function useSavePath(): (format: PathFormat) => Promise<void> {
  const project = useProjectStore()
  const toasts = useToasts()
  return async (format) => {
    const { present } = project.history.getState()
    try {
      const { writePath } = await import('../files/export-path.ts')
      const photograph = format === 'published-scene' ? await photographOf(present) : null
      const name = present.name.trim() === '' ? 'path' : present.name.replace(/[\\/:*?"<>|]+/g, '-')
      const { files, notes } = writePath(present, format, { name, photograph })
      for (const file of files) saveFile(file.name, new Blob([file.content]))
      for (const words of notes) toasts.show({ kind: 'note', words })
    } catch (error) {
      toasts.show({ kind: 'error', words: error instanceof Error ? error.message : String(error) })
    }
  }
}

/** The photograph as the model sees it, as a data URL. */
async function photographOf({
  photograph,
  scene,
}: ReturnType<ReturnType<typeof useProjectStore>['history']['getState']>['present']) {
  if (!photograph) return null
  const { photographFile } = await import('../../generation/photograph-file.ts')
  const file = await photographFile(photograph, scene)
  return new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(reader.result as string))
    reader.addEventListener('error', () => reject(reader.error!))
    reader.readAsDataURL(file)
  })
}

function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
