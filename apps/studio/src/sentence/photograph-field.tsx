import { Crop, Ellipsis, ImageOff, ImagePlus, ImageUp } from 'lucide-react'
import { useRef, useState } from 'react'
import type { DropItem, FileDropItem } from 'react-aria-components'
import { Button as AriaButton, DropZone, FileTrigger } from 'react-aria-components'
import { useMedia } from '../app/use-preferences.ts'
import { useEdit, useProject } from '../project/use-project.ts'
import { IconButton, Menu } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { CropDialog } from './crop-dialog.tsx'
import { ratioText } from './crop.ts'
import { CroppedPicture } from './cropped-picture.tsx'
import styles from './photograph-field.module.css'
import { PHOTOGRAPH_TYPES } from './read-photograph.ts'
import { removePhotograph } from './scene-edits.ts'
import { useTakePhotograph } from './use-take-photograph.ts'

const isFile = (item: DropItem): item is FileDropItem => item.kind === 'file'

/** The photograph by drop, paste or picker; then its crop and the frame that sees it. */
export const PhotographField = () => {
  const { sentence: words } = useWords()
  const photograph = useProject((project) => project.photograph)
  const scene = useProject((project) => project.scene)
  const edit = useEdit()
  const take = useTakePhotograph()
  // with a finger nothing is dropped
  const isTouched = useMedia('(pointer: coarse)')
  const [isCropping, setIsCropping] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const names = words.photograph

  return (
    <>
      <DropZone
        aria-label={names.drop}
        className={photograph ? styles.filled : styles.empty}
        getDropOperation={(types) =>
          PHOTOGRAPH_TYPES.some((type) => types.has(type)) ? 'copy' : 'cancel'
        }
        onDrop={({ items }) => {
          const [item] = items.filter(isFile)
          if (item) void item.getFile().then(take)
        }}
      >
        {({ isDropTarget }) =>
          photograph ? (
            <>
              <AriaButton
                className={styles.thumbnail}
                aria-label={names.edit}
                onPress={() => setIsCropping(true)}
                style={{ aspectRatio: `${scene.width} / ${scene.height}` }}
              >
                <CroppedPicture photograph={photograph} />
              </AriaButton>
              <div className={styles.words}>
                <div className={styles.name}>{photograph.name}</div>
                <div className={styles.detail}>
                  {names.frame(photograph.frame + 1)} · {names.crop(ratioText(scene))}
                </div>
              </div>
              <Menu
                label={names.menu}
                groups={[
                  {
                    actions: [
                      { label: names.edit, icon: Crop, onAction: () => setIsCropping(true) },
                      {
                        label: names.replace,
                        icon: ImageUp,
                        onAction: () => picker.current?.click(),
                      },
                    ],
                  },
                  {
                    actions: [
                      {
                        label: names.remove,
                        icon: ImageOff,
                        onAction: () => edit(removePhotograph),
                      },
                    ],
                  },
                ]}
              >
                <IconButton icon={Ellipsis} label={names.menu} size="small" />
              </Menu>
            </>
          ) : (
            <FileTrigger
              acceptedFileTypes={PHOTOGRAPH_TYPES}
              onSelect={(files) => files?.[0] && void take(files[0])}
            >
              <AriaButton className={styles.choose}>
                <ImagePlus size={18} strokeWidth={1.75} aria-hidden />
                <span>{isDropTarget ? names.dropNow : isTouched ? names.choose : names.drop}</span>
              </AriaButton>
            </FileTrigger>
          )
        }
      </DropZone>
      <input
        ref={picker}
        type="file"
        hidden
        accept={PHOTOGRAPH_TYPES.join()}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          target.value = ''
          if (file) void take(file)
        }}
      />
      {photograph && (
        <CropDialog
          photograph={photograph}
          isOpen={isCropping}
          onClose={() => setIsCropping(false)}
        />
      )}
    </>
  )
}
