import { Fold, Button, useToasts } from '../../ui/index.ts'
import { useProject } from '../../project/use-project.ts'
import { useWords } from '../../words/use-words.ts'
import { reversePath } from '../edits.ts'
import type { Part, Path } from '../path.ts'
import {
  closeLoop,
  flatten,
  levelHorizon,
  makeCircular,
  simplify,
  smoothen,
  straighten,
} from '../shape.ts'
import { evenSpeed } from '../speed.ts'
import { useEditPath, usePart, usePath } from '../use-path.ts'
import styles from './panel.module.css'

/** How far fewer keys may lead off the path that they stand for. */
const TOLERANCE = { distance: 0.01, degrees: 1 }

type ShapeName =
  | 'straighten'
  | 'circular'
  | 'smooth'
  | 'flatten'
  | 'level'
  | 'even'
  | 'close'
  | 'simplify'
  | 'reverse'

/** The first five are done to a part too. */
const shapes: Readonly<Record<ShapeName, (path: Path, part: Part) => Path>> = {
  straighten,
  circular: makeCircular,
  smooth: smoothen,
  flatten,
  level: levelHorizon,
  even: evenSpeed,
  close: closeLoop,
  simplify: (path) => simplify(path, TOLERANCE),
  reverse: reversePath,
}
const names = Object.keys(shapes) as ShapeName[]

/** What can be done to the shape of the path, or of a part. */
export const ShapeSection = () => {
  const { path: words } = useWords()
  const path = usePath()
  const keys = useProject((project) => project.path.keys.length)
  const editPath = useEditPath()
  const { part } = usePart()
  const toasts = useToasts()
  if (keys < 2) return null

  const apply = (name: ShapeName) => {
    const shaped = shapes[name](path, part)
    if (shaped === path) toasts.show({ kind: 'note', words: words.shape.unchanged })
    else editPath(() => shaped)
  }

  return (
    <Fold title={words.shape.title}>
      <div className={styles.buttons} role="group" aria-label={words.shape.label}>
        {names.map((name) => (
          <Button key={name} size="small" onPress={() => apply(name)}>
            {words.shape[name]}
          </Button>
        ))}
      </div>
    </Fold>
  )
}
