import type { DroppedFile } from './recognise.ts'

/** A folder with more files is no camera path. */
const mostFiles = 2000

/** All files of a drop, those of folders with their places in them. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  // entries and files are there only until the event is over
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry())
  const files = [...transfer.files]
  if (!entries.some((entry) => entry?.isDirectory)) {
    return files.map((file) => ({ path: file.name, file }))
  }
  const found: DroppedFile[] = []
  const walk = async (entry: FileSystemEntry, folder: string): Promise<void> => {
    if (found.length >= mostFiles) return
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
      found.push({ path: folder + entry.name, file })
      return
    }
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) {
      await walk(child, `${folder}${entry.name}/`)
    }
  }
  for (const entry of entries) if (entry) await walk(entry, '')
  return found
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

/** A reader gives some at a time, and none when there are no more. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const children: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return children
    children.push(...some)
  }
}

/** Files that the person chooses; none where they think better of it. */
export function pickFiles(): Promise<DroppedFile[]> {
  const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true })
  return new Promise((resolve) => {
    input.addEventListener('change', () =>
      resolve([...(input.files ?? [])].map((file) => ({ path: file.name, file }))),
    )
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}
