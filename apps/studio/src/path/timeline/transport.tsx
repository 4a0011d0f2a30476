import {
  Film,
  Pause,
  Play,
  Plus,
  Repeat,
  SkipBack,
  SkipForward,
  SlidersHorizontal,
  Spline,
  TrendingUp,
  Waves,
} from 'lucide-react'
import { useState } from 'react'
import { useMedia } from '../../app/use-preferences.ts'
import { useSession, useSessionStore } from '../../app/use-session.ts'
import { useProject, useProjectStore } from '../../project/use-project.ts'
import { Button, IconButton, numberText, Popover, Segmented, Select } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { insertKey, insertOnPath } from '../edits.ts'
import { frameOfPlace, placeOfFrame } from '../frames.ts'
import type { Loop } from '../path.ts'
import { useEditPath, usePath } from '../use-path.ts'
import styles from './timeline.module.css'
import { usePlayer } from './use-player.ts'

const loops: readonly Loop[] = ['off', 'loop', 'ping-pong']

/** Phones, and screens on which the panels at both sides leave the timeline little. */
const narrow = '(max-width: 600px), (min-width: 901px) and (max-width: 1080px)'

/** Plays the path, steps along its keys, and puts keys on it. */
export const Transport = () => {
  const { path: all } = useWords()
  const words = all.timeline
  const path = usePath()
  const frames = useProject(({ scene }) => scene.frames)
  const session = useSessionStore()
  const project = useProjectStore()
  const isPlaying = useSession((now) => now.isPlaying)
  const playhead = useSession((now) => now.playhead)
  const hasView = useSession((now) => now.viewport !== null)
  const editPath = useEditPath()
  const [isStepped, setStepped] = useState(false)
  const isSmall = useMedia(narrow)
  usePlayer(isStepped)

  const count = path.keys.length
  const place = placeOfFrame(playhead ?? 0, frames, count)
  const play = () =>
    session.setState(
      isPlaying ? { isPlaying: false, mode: 'edit' } : { isPlaying: true, mode: 'play' },
    )
  const goTo = (index: number) => {
    const key = path.keys[index]
    if (!key) return
    session.setState({
      playhead: frameOfPlace(index, frames, count),
      isPlaying: false,
      mode: 'edit',
      selection: { kind: 'key', id: key.id },
    })
  }
  const canInsert = playhead !== null && count > 1 && !Number.isInteger(place)
  const addKey = () => {
    const { viewport } = session.getState()
    editPath((now) => {
      if (canInsert) return insertOnPath(now, place)
      return viewport ? insertKey(now, viewport.view) : now
    })
    const added = project.history.getState().present.path.keys[canInsert ? Math.ceil(place) : count]
    if (added) session.setState({ selection: { kind: 'key', id: added.id } })
  }

  const options = (
    <div className={styles.options} data-stacked={isSmall || undefined}>
      <Segmented
        label={words.playing}
        iconsOnly={!isSmall}
        wide={isSmall}
        value={isStepped ? 'stepped' : 'fluid'}
        onChange={(value) => setStepped(value === 'stepped')}
        segments={[
          { value: 'fluid', label: words.fluid, icon: Waves },
          { value: 'stepped', label: words.stepped, icon: Film },
        ]}
      />
      <Segmented
        label={words.joined}
        iconsOnly={!isSmall}
        wide={isSmall}
        value={path.smooth ? 'smooth' : 'straight'}
        onChange={(value) => editPath((now) => ({ ...now, smooth: value === 'smooth' }))}
        segments={[
          { value: 'smooth', label: words.smooth, icon: Spline },
          { value: 'straight', label: words.straight, icon: TrendingUp },
        ]}
      />
      <div className={styles.loop}>
        <Repeat size={15} strokeWidth={1.75} aria-hidden />
        <Select
          label={words.loop}
          value={path.loop}
          onChange={(loop) => editPath((now) => ({ ...now, loop }))}
          choices={loops.map((value) => ({ value, label: words.loops[value] }))}
        />
      </div>
    </div>
  )

  return (
    <div className={styles.bar} role="toolbar" aria-label={words.scrub}>
      <IconButton
        icon={SkipBack}
        size="small"
        label={words.previousKey}
        isDisabled={playhead === null || place <= 0}
        onPress={() => goTo(Math.ceil(place) - 1)}
      />
      <IconButton
        icon={isPlaying ? Pause : Play}
        filled
        label={isPlaying ? words.pause : words.play}
        isDisabled={count < 2}
        onPress={play}
      />
      <IconButton
        icon={SkipForward}
        size="small"
        label={words.nextKey}
        isDisabled={place >= count - 1}
        onPress={() => goTo(playhead === null ? 0 : Math.floor(place) + 1)}
      />
      <span className={styles.frame} aria-hidden>
        <b>{numberText((playhead ?? 0) + 1, 0)}</b> / {frames}
      </span>
      <span className={styles.grow} />
      {isSmall ? (
        <Popover
          label={words.options}
          trigger={<IconButton icon={SlidersHorizontal} label={words.options} />}
        >
          {options}
        </Popover>
      ) : (
        options
      )}
      <Button
        icon={Plus}
        aria-label={canInsert ? words.addKeyFull : words.addFromView}
        isDisabled={!canInsert && !hasView}
        onPress={addKey}
      >
        {words.addKey}
      </Button>
    </div>
  )
}
