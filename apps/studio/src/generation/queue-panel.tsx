import { X } from 'lucide-react'
import { IconButton, Progress, Section } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import type { Job } from './job.ts'
import { isFinal } from './job.ts'
import { jobTitle, phaseText, waitText } from './job-words.ts'
import { remainingSeconds, waitedSeconds } from './timing.ts'
import { useGenerator, useJobs, useNow } from './use-generator.ts'
import styles from './queue-panel.module.css'

/** All that is in the making, and what was not made; nothing where there is none. */
export const QueuePanel = () => {
  const { generation: words } = useWords()
  const jobs = useJobs().filter(({ phase }) => phase !== 'done')
  const isWaiting = jobs.some((job) => !isFinal(job))
  const now = useNow(isWaiting, 500)
  if (jobs.length === 0) return null
  return (
    <Section title={words.queue} aside={String(jobs.length)}>
      <ul className={styles.jobs}>
        {jobs.map((job) => (
          <QueuedJob key={job.id} job={job} now={now} />
        ))}
      </ul>
    </Section>
  )
}

const QueuedJob = ({ job, now }: { readonly job: Job; readonly now: number }) => {
  const { generation: words } = useWords()
  const generator = useGenerator()
  const title = jobTitle(words, job)
  const hasEnded = isFinal(job)
  const isRunning = job.phase === 'running' || job.phase === 'fetching'
  return (
    <li className={styles.job} data-phase={job.phase}>
      <div className={styles.words}>
        <span className={styles.title}>{title}</span>
        <span className={styles.phase}>
          {phaseText(words, job)}
          {isRunning &&
            ` · ${waitText(words, waitedSeconds(job, now), remainingSeconds(job, now))}`}
          {job.seed !== null && ` · ${words.seed(job.seed)}`}
        </span>
        {isRunning && <Progress label={words.queueLabel(title)} share={job.fraction} />}
      </div>
      <IconButton
        icon={X}
        size="small"
        label={hasEnded ? words.dismiss : words.cancel}
        isDisabled={job.isCancelling}
        onPress={() => void (hasEnded ? generator.dismiss(job.id) : generator.cancel(job.id))}
      />
    </li>
  )
}
