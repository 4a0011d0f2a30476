import { millimetresOfFov, fovOfMillimetres } from '@flashworld/camera'
import { anglesOfQuat, axisAngleQuat, distanceVec, subtractVec } from '@flashworld/math'
import type { Vec3 } from '@flashworld/math'
import type { EditOptions } from '../../ui/index.ts'
import { NumberField, Section } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import type { Transform } from '../edits.ts'
import { middleOf, NO_TRANSFORM, transformPath } from '../edits.ts'
import { setFov } from '../numbers.ts'
import { useEditPath, usePath } from '../use-path.ts'
import styles from './panel.module.css'

/** The path as one body in numbers: where its middle is, where it is headed, how far it reaches, its lens. */
export const WholeSection = () => {
  const { path: words } = useWords()
  const path = usePath()
  const editPath = useEditPath()
  const [first] = path.keys
  if (!first) return null

  const middle = middleOf(path.keys)
  const reach = Math.max(...path.keys.map(({ position }) => distanceVec(position, first.position)))
  const heading = -anglesOfQuat(first.rotation).yaw
  const transform = (change: Partial<Transform>, options: EditOptions) =>
    editPath((now) => transformPath(now, { ...NO_TRANSFORM, about: middle, ...change }), options)

  return (
    <Section title={words.whole.title}>
      <div className={styles.numbers}>
        {(['X', 'Y', 'Z'] as const).map((axis, i) => (
          <NumberField
            key={axis}
            label={axis}
            fullLabel={words.whole.axis(axis)}
            value={middle[i]!}
            onChange={(value, options) => {
              const moved = middle.with(i, value) as unknown as Vec3
              transform({ move: subtractVec(moved, middle) }, options)
            }}
            step={0.02}
          />
        ))}
        <NumberField
          label={words.whole.turn}
          fullLabel={words.whole.turnFull}
          value={heading}
          onChange={(value, options) =>
            transform({ turn: axisAngleQuat([0, 1, 0], heading - value) }, options)
          }
          step={1}
          digits={1}
          unit="°"
        />
        <NumberField
          label={words.whole.size}
          fullLabel={words.whole.sizeFull}
          value={reach}
          isDisabled={reach === 0}
          onChange={(value, options) => transform({ scale: value / reach }, options)}
          step={0.02}
          min={0.01}
        />
        <NumberField
          label={words.whole.lens}
          fullLabel={words.whole.lensFull}
          value={millimetresOfFov(first.fovDegrees)}
          onChange={(value, options) => {
            const ids = path.keys.map(({ id }) => id)
            editPath((now) => setFov(now, ids, fovOfMillimetres(value)), options)
          }}
          step={1}
          digits={0}
          min={2}
          unit=" mm"
        />
      </div>
    </Section>
  )
}
