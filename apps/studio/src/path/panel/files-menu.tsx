import { Ellipsis, FileDown, FolderOpen, RotateCcw } from 'lucide-react'
import { IconButton, Menu } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { clearPath } from '../edits.ts'
import { PATH_FORMATS } from '../files/formats.ts'
import { useEditPath, usePath } from '../use-path.ts'
import { useOpenPath, useSavePath } from './use-path-files.ts'

/** Paths from and to files, and a fresh start. */
export const FilesMenu = () => {
  const { path: words } = useWords()
  const path = usePath()
  const editPath = useEditPath()
  const open = useOpenPath()
  const save = useSavePath()
  return (
    <Menu
      label={words.more}
      groups={[
        {
          actions: [
            { label: words.files.open, icon: FolderOpen, onAction: open },
            {
              label: words.files.clear,
              icon: RotateCcw,
              isDisabled: path.keys.length < 2,
              onAction: () => editPath(clearPath),
            },
          ],
        },
        {
          title: words.files.save,
          actions: PATH_FORMATS.map((format) => ({
            label: words.files.formats[format],
            icon: FileDown,
            isDisabled: path.keys.length < 1,
            onAction: () => void save(format),
          })),
        },
      ]}
    >
      <IconButton icon={Ellipsis} size="small" label={words.more} />
    </Menu>
  )
}
