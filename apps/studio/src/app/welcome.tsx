import { ArrowRight, ImagePlus } from 'lucide-react'
import { FileTrigger } from 'react-aria-components'
import { ExamplesGallery } from '../library/examples-gallery.tsx'
import { useProject } from '../project/use-project.ts'
import { PHOTOGRAPH_TYPES } from '../sentence/read-photograph.ts'
import { SentenceField } from '../sentence/sentence-panel.tsx'
import { useTakePhotograph } from '../sentence/use-take-photograph.ts'
import { Button, LinkButton } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { usePreferences } from './use-preferences.ts'
import { useSetSession } from './use-session.ts'
import styles from './welcome.module.css'

/** The first thing that one sees: one sentence, and worlds to fly into. */
export const Welcome = () => {
  const { app, sentence: words } = useWords()
  const set = useSetSession()
  const { toured } = usePreferences()
  const take = useTakePhotograph()
  const isBegun = useProject(
    ({ sentence, photograph }) => sentence.trim() !== '' || photograph !== null,
  )
  const hasWords = useProject(({ sentence }) => sentence.trim() !== '')
  const enter = () => set({ place: 'studio', tour: toured ? null : 0 })

  return (
    <main className={styles.page}>
      <div className={styles.column}>
        <section className={styles.hero}>
          <h1 className={styles.title}>{app.welcome.title}</h1>
          <p className={styles.lead}>{app.welcome.lead}</p>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault()
              enter()
            }}
            onKeyDown={(event) => {
              if (
                event.key === 'Enter' &&
                !event.shiftKey &&
                event.target instanceof HTMLTextAreaElement
              ) {
                event.preventDefault()
                enter()
              }
            }}
          >
            <SentenceField label={app.welcome.sentence} rows={2} />
            <div className={styles.actions}>
              <FileTrigger
                acceptedFileTypes={PHOTOGRAPH_TYPES}
                onSelect={(files) => {
                  if (files?.[0]) void take(files[0]).then((taken) => taken && enter())
                }}
              >
                <Button icon={ImagePlus} aria-label={words.photograph.choose}>
                  {words.photograph.title}
                </Button>
              </FileTrigger>
              <span className={styles.grow} />
              <Button kind="primary" type="submit" isDisabled={!hasWords}>
                {app.welcome.start}
                <ArrowRight size={16} strokeWidth={2} aria-hidden />
              </Button>
            </div>
          </form>
          <p className={styles.other}>
            <LinkButton onPress={enter}>
              {isBegun ? app.welcome.resume : app.welcome.blank}
            </LinkButton>
          </p>
        </section>
        <section className={styles.gallery} aria-labelledby="gallery">
          <h2 id="gallery" className={styles.subtitle}>
            {app.welcome.gallery}
          </h2>
          <ExamplesGallery />
        </section>
      </div>
    </main>
  )
}
