import type { Vec3 } from '@flashworld/math'
import { Crosshair, Focus } from 'lucide-react'
import { useSession, useSetSession } from '../../app/use-session.ts'
import type { EditOptions } from '../../ui/index.ts'
import { Button, NumberField, Section, Segmented } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { aimOf, aimPart, pointAhead, sameAim } from '../aim.ts'
import type { Aim } from '../path.ts'
import { useEditPath, usePart, usePath } from '../use-path.ts'
import { PartField } from './part-field.tsx'
import styles from './panel.module.css'

const kinds = ['drawn', 'forward', 'at', 'away'] as const

/** Where the cameras look: all of the path, or a part. */
export const AimSection = () => {
  const { path: words } = useWords()
  const path = usePath()
  const editPath = useEditPath()
  const { part, isWhole } = usePart()
  const setSession = useSetSession()
  const viewport = useSession((session) => session.viewport)
  const isPicking = useSession(({ tool, pickFor }) => tool === 'pick' && pickFor === 'aim')
  const keys = path.keys.slice(part.from, part.to + 1)
  const [first] = keys
  if (!first) return null

  const aim = aimOf(path, first)
  const isMixed = !keys.every((key) => sameAim(aimOf(path, key), aim))
  const point = 'point' in aim ? aim.point : null

  const change = (next: Aim, options?: EditOptions) =>
    editPath((now) => aimPart(now, isWhole ? null : part, next), options)
  const choose = (kind: Aim['kind']) => {
    if (kind === 'drawn' || kind === 'forward') change({ kind })
    else change({ kind, point: point ?? pointAhead(first, 1) })
  }
  const movePoint = (axis: 0 | 1 | 2, value: number, options: EditOptions) => {
    if (!('point' in aim)) return
    change({ kind: aim.kind, point: aim.point.with(axis, value) as unknown as Vec3 }, options)
  }

  return (
    <Section title={words.aim.title} aside={isMixed ? words.aim.mixed : undefined}>
      <Segmented
        label={words.aim.label}
        wide
        value={aim.kind}
        onChange={choose}
        segments={kinds.map((value) => ({ value, label: words.aim[value] }))}
      />
      {point && (
        <div className={styles.stack}>
          <div className={styles.numbers}>
            {(['X', 'Y', 'Z'] as const).map((axis, i) => (
              <NumberField
                key={axis}
                label={axis}
                fullLabel={words.aim.axis(axis)}
                value={point[i]!}
                onChange={(value, options) => movePoint(i as 0 | 1 | 2, value, options)}
                step={0.05}
              />
            ))}
          </div>
          <div className={styles.row}>
            <Button
              size="small"
              icon={Crosshair}
              onPress={() =>
                setSession(isPicking ? { tool: 'move' } : { tool: 'pick', pickFor: 'aim' })
              }
            >
              {isPicking ? words.draft.picking : words.aim.pick}
            </Button>
            <Button
              size="small"
              icon={Focus}
              isDisabled={!viewport}
              onPress={() => {
                if (!viewport || !('point' in aim)) return
                change({ kind: aim.kind, point: pointAhead(viewport.view, 1) })
              }}
            >
              {words.aim.here}
            </Button>
          </div>
        </div>
      )}
      <div className={styles.stack}>
        <PartField />
      </div>
    </Section>
  )
}
