import type { KeyboardEvent, PointerEvent } from 'react'
import { useRef } from 'react'
import type { Photograph } from '../project/project.ts'
import { useEdit, useProject } from '../project/use-project.ts'
import type { EditOptions } from '../ui/index.ts'
import { Button, Dialog, nextGesture, NumberField, Slider } from '../ui/index.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { useWords } from '../words/use-words.ts'
import styles from './crop-dialog.module.css'
import type { Placing } from './crop.ts'
import { cropAt, MAX_ZOOM, placingOf } from './crop.ts'
import { changePhotograph } from './scene-edits.ts'

export interface CropDialogProps {
  readonly photograph: Photograph
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** The photograph whole, and on it the part that the model sees, which can be moved. */
export const CropDialog = ({ photograph, isOpen, onClose }: CropDialogProps) => {
  const { sentence: words } = useWords()
  const edit = useEdit()
  const scene = useProject((project) => project.scene)
  const placing = placingOf(photograph.crop, photograph.size, scene)

  const place = (change: Partial<Placing>, options?: EditOptions) =>
    edit(
      changePhotograph({ crop: cropAt(photograph.size, scene, { ...placing, ...change }) }),
      options,
    )

  return (
    <Dialog
      title={words.crop.title}
      width="medium"
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button kind="plain" onPress={() => place({ zoom: 1, x: 0.5, y: 0.5 })}>
            {words.crop.centre}
          </Button>
          <Button kind="primary" onPress={onClose}>
            {words.crop.done}
          </Button>
        </>
      }
    >
      <p className={styles.lead}>{words.crop.lead}</p>
      <CropPicture photograph={photograph} placing={placing} onPlace={place} />
      <Slider
        label={words.crop.zoom}
        value={placing.zoom}
        onChange={(zoom, options) => place({ zoom }, options)}
        min={1}
        max={MAX_ZOOM}
        step={0.05}
        unit=" ×"
      />
      <div className={styles.numbers}>
        <NumberField
          label={words.crop.across}
          value={placing.x * 100}
          onChange={(percent, options) => place({ x: percent / 100 }, options)}
          step={1}
          digits={0}
          min={0}
          max={100}
          unit=" %"
        />
        <NumberField
          label={words.crop.down}
          value={placing.y * 100}
          onChange={(percent, options) => place({ y: percent / 100 }, options)}
          step={1}
          digits={0}
          min={0}
          max={100}
          unit=" %"
        />
        <NumberField
          label={words.crop.frame}
          fullLabel={words.crop.frameWords}
          value={photograph.frame + 1}
          onChange={(frame, options) => edit(changePhotograph({ frame: frame - 1 }), options)}
          step={1}
          digits={0}
          min={1}
          max={scene.frames}
        />
      </div>
      <p className={styles.lead}>{words.crop.frameWords}</p>
    </Dialog>
  )
}

interface CropPictureProps {
  readonly photograph: Photograph
  readonly placing: Placing
  readonly onPlace: (change: Partial<Placing>, options?: EditOptions) => void
}

/** Share of the photograph that an arrow key moves by. */
const ARROW = 0.02
const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

const CropPicture = ({ photograph, placing, onPlace }: CropPictureProps) => {
  const { sentence: words } = useWords()
  const url = useObjectUrl(photograph.file)
  const drag = useRef<{ readonly gesture: string; readonly x: number; readonly y: number }>(null)
  const { left, top, width, height } = photograph.crop

  /** Where a pointer is, in shares of the photograph. */
  const shares = (event: PointerEvent) => {
    const box = event.currentTarget.parentElement!.getBoundingClientRect()
    return {
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    }
  }

  const onPointerDown = (event: PointerEvent) => {
    const { x, y } = shares(event)
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { gesture: nextGesture(), x: placing.x - x, y: placing.y - y }
  }

  const onPointerMove = (event: PointerEvent) => {
    if (!drag.current) return
    const { x, y } = shares(event)
    const { gesture } = drag.current
    onPlace({ x: drag.current.x + x, y: drag.current.y + y }, { gesture })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = arrows[event.key]
    if (!arrow) return
    event.preventDefault()
    onPlace({ x: placing.x + arrow[0] * ARROW, y: placing.y + arrow[1] * ARROW })
  }

  return (
    <div
      className={styles.frame}
      style={{ aspectRatio: `${photograph.size.width} / ${photograph.size.height}` }}
    >
      {url && <img className={styles.photograph} src={url} alt="" draggable={false} />}
      <div
        className={styles.box}
        role="application"
        tabIndex={0}
        aria-label={`${words.crop.box}. ${words.crop.lead}`}
        style={{
          left: `${left * 100}%`,
          top: `${top * 100}%`,
          width: `${width * 100}%`,
          height: `${height * 100}%`,
        }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = null
        }}
        onPointerCancel={() => {
          drag.current = null
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}
