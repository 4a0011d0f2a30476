import { Clapperboard, Images } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../app/use-session.ts'
import { useProject } from '../project/use-project.ts'
import { Button, Notice, Segmented, Select, Slider, useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { download } from './download.ts'
import { drawFilm, drawPictures } from './draw-pictures.ts'
import styles from './export-dialog.module.css'
import { fileStem } from './export-plan.ts'
import type { FilmChoice } from './film-plan.ts'
import { filmCameras, filmLimits, filmSize, pictureCount, usualFilm } from './film-plan.ts'
import { useWork } from './use-work.ts'
import { WorkStatus } from './work-status.tsx'

const scales = [1, 2, 4] as const

/** A film or a row of pictures along the path, drawn here. */
export const FilmExport = ({ kind }: { readonly kind: 'film' | 'pictures' }) => {
  const { exporting: words } = useWords()
  const { path, scene, sentence, name } = useProject()
  const viewport = useSession((session) => session.viewport)
  const toasts = useToasts()
  const [choice, setChoice] = useState<FilmChoice>(usualFilm)
  const [which, setWhich] = useState<'frames' | 'even'>('frames')
  const work = useWork()
  if (path.keys.length < 2) return <Notice kind="note">{words.needsPath}</Notice>

  const size = filmSize(scene, choice.scale)
  const ofFrames = kind === 'pictures' && which === 'frames'
  const count = ofFrames ? scene.frames : pictureCount(choice)
  const draw = () =>
    work.run(async (tell, signal) => {
      if (!viewport) return
      const told = (done: number) =>
        tell({ words: words.drawn(done, cameras.length), share: done / cameras.length })
      const cameras = filmCameras(ofFrames ? { ...path, loop: 'off' } : path, count, size)
      const drawing = { viewport, cameras, size, signal, onDrawn: told }
      told(0)
      const isFilm = kind === 'film'
      const file = isFilm ? await drawFilm(drawing, choice.fps) : await drawPictures(drawing)
      const fileName = `${fileStem(name || sentence)}.${isFilm ? 'mp4' : 'zip'}`
      download(file, fileName)
      toasts.show({ kind: 'done', words: words.saved(fileName) })
    })

  return (
    <div className={styles.form}>
      <p className={styles.lead}>{words.alongPath}</p>
      {kind === 'pictures' && (
        <Segmented
          label={words.which.label}
          wide
          value={which}
          onChange={setWhich}
          segments={[
            { value: 'frames', label: words.which.frames },
            { value: 'even', label: words.which.even },
          ]}
        />
      )}
      <div className={styles.rows}>
        <Select
          label={words.size}
          showLabel
          value={String(choice.scale)}
          onChange={(scale) =>
            setChoice({ ...choice, scale: scales.find((one) => String(one) === scale)! })
          }
          choices={scales.map((scale) => {
            const { width, height } = filmSize(scene, scale)
            const say = scale === 1 ? words.sizes.made : words.sizes.larger
            return { value: String(scale), label: say(width, height) }
          })}
        />
        {!ofFrames && (
          <>
            <Slider
              label={words.seconds}
              value={choice.seconds}
              onChange={(seconds) => setChoice({ ...choice, seconds })}
              min={filmLimits.seconds[0]}
              max={filmLimits.seconds[1]}
              step={0.5}
              digits={1}
              unit=" s"
            />
            <Slider
              label={words.fps}
              value={choice.fps}
              onChange={(fps) => setChoice({ ...choice, fps: Math.round(fps) })}
              min={filmLimits.fps[0]}
              max={filmLimits.fps[1]}
              step={1}
              digits={0}
            />
          </>
        )}
      </div>
      <WorkStatus work={work} />
      <div className={styles.actions}>
        <Button
          kind="primary"
          icon={kind === 'film' ? Clapperboard : Images}
          isDisabled={!viewport}
          // keeps the focus, by whose keys the dialog is left
          isPending={work.state !== null}
          onPress={draw}
        >
          {kind === 'film' ? words.render : words.renderPictures}
        </Button>
      </div>
    </div>
  )
}
