import { useSetSession } from '../../app/use-session.ts'
import { NumberField, Segmented } from '../../ui/index.ts'
import { useWords } from '../../words/use-words.ts'
import { usePart, usePath, useSelectedIndex } from '../use-path.ts'
import styles from './panel.module.css'

/** Which keys shape and aim are changed of. */
export const PartField = () => {
  const { path: words } = useWords()
  const { keys } = usePath()
  const { part, isWhole } = usePart()
  const selected = useSelectedIndex()
  const set = useSetSession()
  if (keys.length < 2) return null

  const choose = (kind: 'whole' | 'some') => {
    const from = Math.max(selected, 0)
    set({ part: kind === 'whole' ? null : { from, to: selected < 0 ? keys.length - 1 : from } })
  }

  return (
    <>
      <div className={styles.labelled}>
        <span aria-hidden>{words.part.applies}</span>
        <Segmented
          label={words.part.label}
          wide
          value={isWhole ? 'whole' : 'some'}
          onChange={choose}
          segments={[
            { value: 'whole', label: words.part.whole },
            { value: 'some', label: words.part.some },
          ]}
        />
      </div>
      {!isWhole && (
        <div className={styles.range}>
          <span aria-hidden>{words.part.from}</span>
          <NumberField
            label={words.part.fromKey}
            bare
            value={part.from + 1}
            onChange={(key) => set({ part: { from: key - 1, to: Math.max(part.to, key - 1) } })}
            step={1}
            digits={0}
            min={1}
            max={keys.length}
          />
          <span aria-hidden>{words.part.to}</span>
          <NumberField
            label={words.part.toKey}
            bare
            value={part.to + 1}
            onChange={(key) => set({ part: { from: Math.min(part.from, key - 1), to: key - 1 } })}
            step={1}
            digits={0}
            min={1}
            max={keys.length}
          />
        </div>
      )}
    </>
  )
}
