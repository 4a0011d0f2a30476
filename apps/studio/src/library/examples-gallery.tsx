import { Image } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { Empty } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import type { Example } from './examples.ts'
import { fetchExamples } from './examples.ts'
import { useOpenExample } from './use-open.ts'
import styles from './examples-gallery.module.css'

export interface ExamplesGalleryProps {
  /** Hears that one was opened. */
  readonly onOpen?: () => void
}

/** Worlds that are there at once, each with its request. */
export const ExamplesGallery = ({ onOpen }: ExamplesGalleryProps) => {
  const { library: words } = useWords()
  const open = useOpenExample()
  const [examples, setExamples] = useState<readonly Example[] | 'asking' | 'none'>('asking')

  useEffect(() => {
    const gone = new AbortController()
    fetchExamples(document.baseURI, gone.signal).then(setExamples, () => {
      if (!gone.signal.aborted) setExamples('none')
    })
    return () => gone.abort()
  }, [])

  if (examples === 'none') return <Empty icon={Image}>{words.noExamples}</Empty>
  const shown = examples === 'asking' ? Array<null>(8).fill(null) : examples
  return (
    <ul className={styles.gallery} aria-busy={examples === 'asking'}>
      {shown.map((example, i) => (
        <li key={i}>
          {example === null ? (
            <span className={styles.example}>
              <span className={styles.blank} />
              <span className={styles.text} />
            </span>
          ) : (
            <AriaButton
              className={styles.example}
              aria-label={words.openExample(example.text || words.fromPhotograph)}
              onPress={() => {
                onOpen?.()
                void open(example)
              }}
            >
              <img className={styles.picture} src={example.picture} alt="" />
              <span className={styles.text}>{example.text || words.fromPhotograph}</span>
            </AriaButton>
          )}
        </li>
      ))}
    </ul>
  )
}
