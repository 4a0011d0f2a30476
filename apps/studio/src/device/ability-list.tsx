import type { LucideIcon } from 'lucide-react'
import { CircleCheck, CircleMinus, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { VisuallyHidden } from 'react-aria-components'
import { useWords } from '../words/use-words.ts'
import type { Words } from '../words/words.ts'
import styles from './device-dialog.module.css'
import type { Finding, Standing } from './findings.ts'
import { findingsOf } from './findings.ts'
import { sizeText } from './size-text.ts'

const icons: Readonly<Record<Standing, LucideIcon>> = {
  has: CircleCheck,
  part: TriangleAlert,
  lacks: CircleMinus,
}

/** What this browser has and lacks, and what follows from it. */
export const AbilityList = () => {
  const { device: words } = useWords()
  const findings = useFindings()
  return (
    <section className={styles.section} aria-busy={findings === null}>
      <h3 className={styles.title}>{words.abilitiesTitle}</h3>
      {findings === null ? (
        <p className={styles.lead}>{words.looking}</p>
      ) : (
        <ul className={styles.list}>
          {findings.map((finding) => (
            <AbilityRow key={finding.ability} finding={finding} />
          ))}
        </ul>
      )}
    </section>
  )
}

const AbilityRow = ({ finding }: { readonly finding: Finding }) => {
  const { device: words } = useWords()
  const { ability, standing } = finding
  const { name, ...follows } = words.abilities[ability]
  const Icon = icons[standing]
  return (
    <li className={styles.ability} data-standing={standing}>
      <Icon size={16} strokeWidth={1.75} className={styles.icon} aria-hidden />
      <div className={styles.head}>
        <span className={styles.name}>
          {name}
          <VisuallyHidden elementType="span">, {words.standing[standing]}</VisuallyHidden>
        </span>
        <span className={styles.value}>{valueText(words, finding)}</span>
      </div>
      <span className={styles.follows}>
        {(follows as Partial<Record<Standing, string>>)[standing]}
      </span>
    </li>
  )
}

function valueText(words: Words['device'], { ability, value }: Finding): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (ability === 'threads') return words.cores(value)
  return ability === 'storage' ? words.free(sizeText(value)) : sizeText(value)
}

/** Null until it was looked. */
function useFindings(): readonly Finding[] | null {
  const [findings, setFindings] = useState<readonly Finding[] | null>(null)
  useEffect(() => {
    let isGone = false
    const look = async () => {
      const { browserCapabilities } = await import('flashworld/browser')
      const found = findingsOf(await browserCapabilities())
      if (!isGone) setFindings(found)
    }
    void look()
    return () => {
      isGone = true
    }
  }, [])
  return findings
}
