import { ArrowLeftRight, Columns2, Link } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTheme } from '../app/use-preferences.ts'
import { useSession } from '../app/use-session.ts'
import { failureOf } from '../generation/failure.ts'
import { useProject } from '../project/use-project.ts'
import { Empty, IconButton, Select, ToggleIconButton } from '../ui/index.ts'
import type { View } from '../path/path.ts'
import { EMPTY_PATH } from '../path/edits.ts'
import type { Viewport, World } from '../viewport/viewport.ts'
import { useWords } from '../words/use-words.ts'
import type { Comparison, Side } from './compare.ts'
import { choose, startComparison, stillThere } from './compare.ts'
import type { WorldRecord } from './record.ts'
import { newestFirst, titleOf } from './record.ts'
import { useLibrary, useLibraryState } from './use-library.ts'
import styles from './compare-view.module.css'

/** Two worlds side by side, from the same place if so wished. */
export const CompareView = () => {
  const { library: words } = useWords()
  const { records } = useLibraryState()
  const ready = newestFirst(records.filter(({ state }) => state === 'ready'))
  const shown = useSession(({ world }) => world?.id ?? null)
  const [chosen, setChosen] = useState<Comparison | null>(null)
  const comparison = stillThere(chosen, ready) ?? startComparison(ready, shown)
  const views = useRef<Partial<Record<Side, Viewport>>>({})
  useLinkedViews(views.current, comparison?.isLinked ?? false)
  if (!comparison)
    return (
      <div className={styles.none}>
        <Empty icon={Columns2}>{words.needTwo}</Empty>
      </div>
    )
  const pane = (side: Side) => (
    <Pane
      key={side}
      side={side}
      ready={ready}
      id={comparison[side]}
      onChoose={(id) => setChosen(choose(comparison, side, id))}
      onView={(view) => (views.current[side] = view)}
    />
  )
  return (
    <section className={styles.compare} aria-label={words.compareTitle}>
      {pane('left')}
      {pane('right')}
      <div className={styles.between}>
        <IconButton
          glass
          icon={ArrowLeftRight}
          label={words.swap}
          onPress={() => setChosen(choose(comparison, 'left', comparison.right))}
        />
        <ToggleIconButton
          glass
          icon={Link}
          label={words.link}
          isSelected={comparison.isLinked}
          onChange={(isLinked) => setChosen({ ...comparison, isLinked })}
        />
      </div>
    </section>
  )
}

interface PaneProps {
  readonly side: Side
  readonly ready: readonly WorldRecord[]
  readonly id: string
  readonly onChoose: (id: string) => void
  readonly onView: (view: Viewport | undefined) => void
}

const Pane = ({ side, ready, id, onChoose, onView }: PaneProps) => {
  const { library: words } = useWords()
  const host = useRef<HTMLDivElement>(null)
  const library = useLibrary()
  const theme = useTheme()
  const size = useProject(({ scene }) => scene)
  const [viewport, setViewport] = useState<Viewport | null>(null)
  const [world, setWorld] = useState<World | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const label = words[side]
  const hear = useRef(onView)
  hear.current = onView

  useEffect(() => {
    let made: Viewport | undefined
    let isGone = false
    const fail = (error: unknown) => setFailure(failureOf(error).message)
    void import('../viewport/index.ts').then(({ createViewport }) => {
      if (isGone) return
      made = createViewport(host.current!, { ...unheard, onError: fail })
      hear.current(made)
      setViewport(made)
    }, fail)
    return () => {
      isGone = true
      hear.current(undefined)
      made?.destroy()
    }
  }, [])

  useEffect(() => {
    let isGone = false
    setFailure(null)
    library.world(id).then(
      (found) => {
        if (!isGone) setWorld(found)
      },
      (error: unknown) => {
        if (!isGone) setFailure(failureOf(error).message)
      },
    )
    return () => {
      isGone = true
    }
  }, [library, id])

  useEffect(() => {
    viewport?.show({
      mode: 'play',
      tool: 'move',
      path: EMPTY_PATH,
      selection: null,
      size,
      isFramed: false,
      frames: size.frames,
      playhead: null,
      photograph: null,
      // both look from the first camera's frame: worlds of one path then lie on each other
      world,
      theme,
      reducedMotion: true,
    })
  }, [viewport, world, theme, size])

  return (
    <div className={styles.pane}>
      <div ref={host} className={styles.view} role="application" aria-label={label} tabIndex={0} />
      <div className={styles.choice}>
        <Select
          label={label}
          value={id}
          onChange={onChoose}
          choices={ready.map((record) => ({
            value: record.id,
            label: titleOf(record) ?? words.untitled,
            ...(record.seed !== null && { detail: `${record.seed}` }),
          }))}
        />
      </div>
      {failure !== null && (
        <p className={styles.failure} role="alert">
          {words.failed(failure)}
        </p>
      )}
    </div>
  )
}

const nothing = () => undefined

/** In a comparison one only looks. */
const unheard = {
  onSelect: nothing,
  onGesture: nothing,
  onPath: nothing,
  onRecord: nothing,
  onStroke: nothing,
  onPick: nothing,
  onReadout: nothing,
  onAnnounce: nothing,
  onLeaveFrame: nothing,
}

/** While they are linked, each view goes where the other was moved to. */
function useLinkedViews(views: Partial<Record<Side, Viewport>>, isLinked: boolean) {
  useEffect(() => {
    if (!isLinked) return
    let last: View | null = null
    let frame = requestAnimationFrame(function follow() {
      frame = requestAnimationFrame(follow)
      const { left, right } = views
      if (!left || !right) return
      const moved = [left, right].find(({ view }) => last === null || !sameView(view, last))
      if (!moved) return
      last = moved.view
      const other = moved === left ? right : left
      if (!sameView(other.view, last)) other.lookFrom(last)
    })
    return () => cancelAnimationFrame(frame)
  }, [views, isLinked])
}

const sameView = (a: View, b: View): boolean =>
  a.fovDegrees === b.fovDegrees &&
  a.position.every((value, i) => value === b.position[i]) &&
  a.rotation.every((value, i) => value === b.rotation[i])
