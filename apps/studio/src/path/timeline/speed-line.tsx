import { useMemo } from 'react'
import { useWords } from '../../words/use-words.ts'
import { speedCurve } from '../speed.ts'
import { usePath } from '../use-path.ts'
import styles from './timeline.module.css'

/** Places at which the speed is drawn. */
const COUNT = 96
/** The drawing's own height. */
const HEIGHT = 100

/** The speed along the path: higher is faster, flat is even. */
export const SpeedLine = () => {
  const { path: words } = useWords()
  const path = usePath()
  const points = useMemo(() => {
    const speeds = speedCurve(path, COUNT)
    const most = Math.max(...speeds, 1e-9)
    const mean = speeds.reduce((sum, speed) => sum + speed, 0) / Math.max(1, speeds.length)
    // an even speed stands in the lower half, so that what is faster has room
    const top = Math.max(most, 2 * mean)
    return speeds
      .map((speed, i) => `${i + 0.5},${(HEIGHT * (1 - (0.9 * speed) / top)).toFixed(2)}`)
      .join(' ')
  }, [path])
  if (points === '') return null
  return (
    <svg
      className={styles.speed}
      viewBox={`0 0 ${COUNT} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.timeline.speed}
    >
      <polyline className={styles.halo} points={points} vectorEffect="non-scaling-stroke" />
      <polyline points={points} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
