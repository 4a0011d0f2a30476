import { useSetSession } from '../app/use-session.ts'
import { LinkButton, Segmented } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { useSettings, useWorkplace } from '../workshop/use-workshop.ts'
import styles from './made-on.module.css'

/** Where worlds are made: chosen, where there are two places, and what the one in the page can do. */
export const MadeOn = () => {
  const { device: words } = useWords()
  const { names, settings } = useWorkplace()
  const { chosen } = useSettings()
  const set = useSetSession()
  const isChoice = names.length > 1
  return (
    <>
      <div className={styles.place}>
        <span aria-hidden={isChoice}>{words.madeOn}</span>
        {isChoice ? (
          <Segmented
            label={words.madeOn}
            value={chosen}
            onChange={(next) => settings.setState({ chosen: next })}
            segments={names.map((value) => ({ value, label: words.places[value] }))}
          />
        ) : (
          <span className={styles.only}>{words.places[chosen]}</span>
        )}
      </div>
      {chosen === 'device' && (
        <p className={styles.more}>
          <LinkButton onPress={() => set({ dialog: 'device' })}>{words.open}</LinkButton>
        </p>
      )}
    </>
  )
}
