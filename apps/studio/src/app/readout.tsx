import { numberText } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { usePreferences } from './use-preferences.ts'
import { useSession } from './use-session.ts'
import styles from './readout.module.css'
import { languageTags } from '../words/words.ts'

/** How fast the view is, how much stands in it, how far what is ahead. */
export const ReadoutLine = () => {
  const { app } = useWords()
  const { language } = usePreferences()
  const readout = useSession((session) => session.readout)
  if (!readout) return null
  const { framesPerSecond, splats, depth } = readout
  const count = new Intl.NumberFormat(languageTags[language], {
    notation: 'compact',
    maximumFractionDigits: 1,
  })
  const parts = [
    framesPerSecond !== null && app.readout.rate(Math.round(framesPerSecond)),
    splats > 0 && app.readout.splats(count.format(splats)),
    depth !== null && app.readout.depth(numberText(depth, 1)),
  ].filter((part) => part !== false)
  return parts.length > 0 ? <p className={styles.readout}>{parts.join(' · ')}</p> : null
}
