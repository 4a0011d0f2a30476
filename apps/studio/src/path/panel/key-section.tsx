import { ChevronLeft, ChevronRight, Copy, Eye, ScanEye, Trash2, Waypoints } from 'lucide-react'
import { useSession, useSetSession } from '../../app/use-session.ts'
import { useProject } from '../../project/use-project.ts'
import type { EditOptions } from '../../ui/index.ts'
import { Button, IconButton, NumberField, numberText, Section } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { aimOf } from '../aim.ts'
import { deleteKeys, duplicateKey, moveKey, overwriteKey } from '../edits.ts'
import { frameOfPlace } from '../frames.ts'
import type { KeyNumbers } from '../numbers.ts'
import { numbersOfKey, setKeyNumber } from '../numbers.ts'
import { useEditPath, usePath, useSelectedIndex } from '../use-path.ts'
import styles from './panel.module.css'

interface Field {
  readonly name: keyof KeyNumbers
  readonly step: number
  readonly digits: number
  readonly unit: string
}

const fields: readonly Field[] = [
  ...(['x', 'y', 'z'] as const).map((name) => ({ name, step: 0.02, digits: 2, unit: '' })),
  ...(['yaw', 'pitch', 'roll'] as const).map((name) => ({ name, step: 1, digits: 1, unit: '°' })),
  { name: 'lens', step: 1, digits: 1, unit: ' mm' },
  { name: 'fov', step: 1, digits: 1, unit: '°' },
]

/** The selected key in numbers, and what can be done to it. */
export const KeySection = () => {
  const { path: words } = useWords()
  const path = usePath()
  const frames = useProject(({ scene }) => scene.frames)
  const viewport = useSession((session) => session.viewport)
  const setSession = useSetSession()
  const editPath = useEditPath()
  const index = useSelectedIndex()
  const key = path.keys[index]
  if (!key) {
    return path.keys.length === 0 ? null : (
      <Section title={words.key.noneTitle}>
        <p className={styles.quiet}>{words.key.none}</p>
        <Button icon={Waypoints} wide onPress={() => setSession({ selection: { kind: 'path' } })}>
          {words.whole.select}
        </Button>
      </Section>
    )
  }

  const numbers = numbersOfKey(path, index)
  const frame = frameOfPlace(index, frames, path.keys.length)
  const labels = labelsOf(words.key)
  const change = (name: keyof KeyNumbers, value: number, options: EditOptions) =>
    editPath((now) => setKeyNumber(now, key.id, name, value), options)
  const remove = () => {
    const next = path.keys[index + 1] ?? path.keys[index - 1]
    setSession({ selection: next ? { kind: 'key', id: next.id } : null })
    editPath((now) => deleteKeys(now, [key.id]))
  }

  return (
    <Section
      title={words.key.title(index + 1)}
      aside={
        <>
          <span>{words.key.frame(numberText(frame + 1, Number.isInteger(frame) ? 0 : 1))}</span>
          <span className={styles.icons}>
            <IconButton
              icon={ChevronLeft}
              size="small"
              label={words.key.earlier}
              isDisabled={index === 0}
              onPress={() => editPath((now) => moveKey(now, key.id, index - 1))}
            />
            <IconButton
              icon={ChevronRight}
              size="small"
              label={words.key.later}
              isDisabled={index === path.keys.length - 1}
              onPress={() => editPath((now) => moveKey(now, key.id, index + 1))}
            />
            <IconButton
              icon={Copy}
              size="small"
              label={words.key.duplicate}
              onPress={() => editPath((now) => duplicateKey(now, key.id))}
            />
            <IconButton
              icon={Trash2}
              size="small"
              label={words.key.remove}
              keys="Delete"
              onPress={remove}
            />
          </span>
        </>
      }
    >
      <div className={styles.key}>
        {fields.map(({ name, step, digits, unit }) => (
          <NumberField
            key={name}
            label={labels[name][0]}
            fullLabel={labels[name][1]}
            value={numbers[name]}
            onChange={(value, options) => change(name, value, options)}
            step={step}
            digits={digits}
            unit={unit}
          />
        ))}
      </div>
      {aimOf(path, key).kind !== 'drawn' && <p className={styles.quiet}>{words.key.aimed}</p>}
      <div className={styles.row}>
        <Button
          icon={ScanEye}
          isDisabled={!viewport}
          onPress={() => viewport && editPath((now) => overwriteKey(now, key.id, viewport.view))}
        >
          {words.key.setFromView}
        </Button>
        <Button icon={Eye} onPress={() => setSession({ playhead: frame, isPlaying: false })}>
          {words.key.lookThrough}
        </Button>
      </div>
    </Section>
  )
}

type KeyWords = ReturnType<typeof useWords>['path']['key']

/** The short and the full name of each number. */
const labelsOf = (words: KeyWords): Record<keyof KeyNumbers, readonly [string, string]> => ({
  x: ['X', words.place('X')],
  y: ['Y', words.place('Y')],
  z: ['Z', words.place('Z')],
  yaw: [words.yaw, words.yawFull],
  pitch: [words.pitch, words.pitchFull],
  roll: [words.roll, words.rollFull],
  lens: [words.lens, words.lensFull],
  fov: [words.fov, words.fovFull],
})
