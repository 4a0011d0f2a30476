import type { Photograph } from '../project/project.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'
import styles from './cropped-picture.module.css'

/** What the model sees of a photograph, filling its place, which has the pictures' proportions. */
export const CroppedPicture = ({ photograph }: { readonly photograph: Photograph }) => {
  const url = useObjectUrl(photograph.file)
  const { left, top, width, height } = photograph.crop
  return (
    <span className={styles.window}>
      {url && (
        <img
          className={styles.picture}
          src={url}
          alt=""
          draggable={false}
          style={{
            width: `${100 / width}%`,
            height: `${100 / height}%`,
            left: `${(-100 * left) / width}%`,
            top: `${(-100 * top) / height}%`,
          }}
        />
      )}
    </span>
  )
}
