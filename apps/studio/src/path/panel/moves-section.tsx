import type { LucideIcon } from 'lucide-react'
import {
  ArrowUp,
  ChevronsLeftRight,
  ChevronsUpDown,
  CornerRightUp,
  Focus,
  MoveHorizontal,
  MoveVertical,
  Orbit,
  Radar,
  Redo,
  Spline,
  Tornado,
  ZoomIn,
} from 'lucide-react'
import { useSession, useSetSession } from '../../app/use-session.ts'
import { useProjectStore } from '../../project/use-project.ts'
import { useProject } from '../../project/use-project.ts'
import { Button, Section, Segmented, Slider, Switch, Tile, Tiles } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { startDraft, startFor, withMove, withStart, withSubject } from '../draft.ts'
import type { MoveKind, MoveSlider } from '../moves.ts'
import { moveRow, MOVES, withValue } from '../moves.ts'
import { useDraft, usePath } from '../use-path.ts'
import { FilesMenu } from './files-menu.tsx'
import styles from './panel.module.css'

const icons: Readonly<Record<MoveKind, LucideIcon>> = {
  orbit: Orbit,
  arc: Redo,
  dolly: ArrowUp,
  truck: MoveHorizontal,
  pedestal: MoveVertical,
  crane: CornerRightUp,
  spiral: Tornado,
  pan: ChevronsLeftRight,
  tilt: ChevronsUpDown,
  'look-around': Radar,
  zoom: ZoomIn,
}

const units: Readonly<Record<MoveSlider['unit'], string>> = {
  degrees: '°',
  distances: ' ×',
  times: ' ×',
}

/** The moves that a path is made of; the one that is tried changes with its sliders until it is kept. */
export const MovesSection = () => {
  const { path: words } = useWords()
  const path = usePath()
  const frames = useProject(({ scene }) => scene.frames)
  const isDrawing = useSession(({ tool }) => tool === 'draw')
  const project = useProjectStore()
  const setSession = useSetSession()
  const { draft, set, discard } = useDraft()

  const choose = (kind: MoveKind) => {
    const { past } = project.history.getState()
    if (draft) {
      // another move in place of the one that is tried
      const { base, from, gesture } = draft
      set({ ...startDraft(base, from, kind), gesture })
    } else {
      project.endGesture()
      set(startDraft(path, startFor(path, past.length === 0), kind))
    }
    setSession({ stage: 'plan', tool: 'move', mode: 'edit', pickFor: 'aim' })
  }

  return (
    <Section
      title={words.title}
      aside={
        <>
          <span>{words.summary(path.keys.length, frames)}</span>
          <FilesMenu />
        </>
      }
    >
      <Tiles label={words.moves.label}>
        {MOVES.map(({ kind }) => (
          <Tile
            key={kind}
            icon={icons[kind]}
            label={words.moves[kind]}
            isSelected={draft?.move.kind === kind}
            onPress={() => (draft?.move.kind === kind ? discard() : choose(kind))}
          />
        ))}
        <Tile
          icon={Spline}
          label={words.moves.draw}
          isSelected={isDrawing}
          onPress={() =>
            setSession({ stage: 'plan', tool: isDrawing ? 'move' : 'draw', mode: 'edit' })
          }
        />
      </Tiles>
      <DraftFields />
    </Section>
  )
}

/** The sliders of the move that is tried. */
const DraftFields = () => {
  const { path: words } = useWords()
  const { draft, set, keep, discard } = useDraft()
  const isPicking = useSession(({ tool, pickFor }) => tool === 'pick' && pickFor === 'subject')
  const setSession = useSetSession()
  if (!draft) return null
  const { move, from } = draft
  const { sliders, about } = moveRow(move.kind)
  return (
    <div className={styles.stack}>
      {sliders.map(({ name, unit, least, most, step, usual }) => (
        <Slider
          key={name}
          label={words.sliders[name]}
          value={move.values[name] ?? usual}
          onChange={(value) => set(withMove(draft, withValue(move, name, value)))}
          min={least}
          max={most}
          step={step}
          digits={unit === 'degrees' ? 0 : 2}
          unit={units[unit]}
        />
      ))}
      {about && (
        <div className={styles.row}>
          <Button
            size="small"
            icon={Focus}
            onPress={() =>
              setSession(isPicking ? { tool: 'move' } : { tool: 'pick', pickFor: 'subject' })
            }
          >
            {isPicking ? words.draft.picking : words.draft.pick}
          </Button>
          {move.subject ? (
            <Button size="small" kind="plain" onPress={() => set(withSubject(draft, null))}>
              {words.draft.ahead}
            </Button>
          ) : (
            <span className={styles.quiet}>{words.draft.ahead}</span>
          )}
        </div>
      )}
      <Switch
        label={words.draft.level}
        isSelected={move.level}
        onChange={(level) => set(withMove(draft, { ...move, level }))}
      />
      <Segmented
        label={words.draft.start}
        wide
        value={from}
        onChange={(next) => set(withStart(draft, next))}
        segments={[
          { value: 'end', label: words.draft.end },
          { value: 'first', label: words.draft.first },
        ]}
      />
      <div className={styles.row}>
        <Button wide onPress={keep}>
          {words.draft.keep}
        </Button>
        <Button wide kind="plain" onPress={discard}>
          {words.draft.discard}
        </Button>
      </div>
    </div>
  )
}
