import { useEffect, useState } from 'react'
import { Button, LinkButton, Notice, Progress } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { useWorkplace } from '../workshop/use-workshop.ts'
import { workshopOf } from '../workshop/workshop.ts'
import { deviceAdviceFor, mayBeRepeated } from './advice.ts'
import type { Job } from './job.ts'
import { pendingJobs, shownJob } from './job.ts'
import { failureText, phaseText, steps, waitText } from './job-words.ts'
import { remainingSeconds, waitedSeconds } from './timing.ts'
import { useGenerateAgain } from './use-generate.ts'
import { useGenerator, useJobs, useNow, useScenePicture } from './use-generator.ts'
import styles from './generation-view.module.css'

/** What lies on the picture while a world is made, and what is said when it was not. */
export const GenerationView = () => {
  const jobs = useJobs()
  const shown = shownJob(jobs)
  const [last] = jobs.filter(({ phase }) => phase === 'failed').slice(-1)
  if (shown) return <Making job={shown} jobs={jobs} />
  return last ? <Failed key={last.id} job={last} /> : null
}

const Making = ({ job, jobs }: { readonly job: Job; readonly jobs: readonly Job[] }) => {
  const { generation: words } = useWords()
  const generator = useGenerator()
  const now = useNow(true)
  // of those that were asked for together with what is still to come
  const [oldest] = pendingJobs(jobs).map(({ askedAt }) => askedAt)
  const all = jobs.filter(({ askedAt, phase }) => askedAt >= (oldest ?? 0) && phase !== 'failed')
  const which = all.indexOf(job) + 1
  const isRunning = job.phase === 'running' || job.phase === 'fetching'
  return (
    <section className={styles.card} aria-label={words.making} data-phase={job.phase}>
      <header className={styles.header}>
        <h2 className={styles.title}>
          {all.length > 1 ? words.makingOf(which, all.length) : words.making}
        </h2>
        <span className={styles.phase}>{phaseText(words, job)}</span>
      </header>
      <ol className={styles.steps}>
        {Array.from({ length: steps }, (_, i) => (
          <Step key={i} job={job} step={i + 1} />
        ))}
      </ol>
      <Progress label={words.progress} share={isRunning ? job.fraction : null} />
      {!job.isConnected && <Notice kind="warning">{words.lost}</Notice>}
      {job.retries > 0 && job.isConnected && (
        <Notice kind="note">{words.retried[placeOf(job)]}</Notice>
      )}
      <footer className={styles.footer}>
        <span className={styles.time}>
          {waitText(words, waitedSeconds(job, now), remainingSeconds(job, now))}
        </span>
        <LinkButton isDisabled={job.isCancelling} onPress={() => void generator.cancel(job.id)}>
          {words.cancel}
        </LinkButton>
      </footer>
      <Spoken text={phaseText(words, job)} />
    </section>
  )
}

const Step = ({ job, step }: { readonly job: Job; readonly step: number }) => {
  const { generation: words } = useWords()
  const url = useScenePicture(job.scene, job.previews[step - 1])
  const isNow = job.phase === 'running' && Math.max(1, job.step) === step
  return (
    <li
      className={styles.step}
      style={{ aspectRatio: `${job.width} / ${job.height}` }}
      data-now={isNow || undefined}
    >
      {url === undefined ? (
        <span className={styles.number}>
          <span aria-hidden>{step}</span>
          <span className={styles.hidden}>{words.tobe(step)}</span>
        </span>
      ) : (
        <img className={styles.picture} src={url} alt={words.preview(step)} />
      )}
    </li>
  )
}

/** Where a world is made; one that nobody has taken yet, is asked of a server. */
const placeOf = ({ scene }: Job) => (scene === null ? 'server' : workshopOf(scene))

const Failed = ({ job }: { readonly job: Job }) => {
  const { generation: words } = useWords()
  const generator = useGenerator()
  const again = useGenerateAgain()
  const failure = job.failure!
  const { settings } = useWorkplace()
  const place = placeOf(job)
  const { advice, detail } = failureText(words, failure, place)
  const isLost = place === 'device' && deviceAdviceFor(failure) === 'lost'
  return (
    <section className={styles.failed} aria-label={words.failed} data-phase="failed">
      <Notice
        kind="error"
        actions={
          <>
            {mayBeRepeated(failure) && (
              <Button size="small" onPress={() => again(job.id)}>
                {words.again}
              </Button>
            )}
            {isLost && (
              <Button
                size="small"
                onPress={() => {
                  settings.setState({ backend: 'wasm' })
                  again(job.id)
                }}
              >
                {words.useProcessor}
              </Button>
            )}
            <Button size="small" kind="plain" onPress={() => void generator.dismiss(job.id)}>
              {words.dismiss}
            </Button>
          </>
        }
      >
        <strong className={styles.title}>{words.failed}</strong>
        <p className={styles.advice}>{advice}</p>
        <p className={styles.detail}>{detail}</p>
      </Notice>
    </section>
  )
}

/** Tells those who do not see the card what changed, no more often than one can listen. */
const Spoken = ({ text }: { readonly text: string }) => {
  const [said, setSaid] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 1500)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <p className={styles.hidden} role="status">
      {said}
    </p>
  )
}
