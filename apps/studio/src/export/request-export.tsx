import { Braces } from 'lucide-react'
import { useProject } from '../project/use-project.ts'
import { Button, Notice, useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { download } from './download.ts'
import styles from './export-dialog.module.css'
import { fileStem } from './export-plan.ts'
import { requestFile } from './request-file.ts'
import { useWork } from './use-work.ts'
import { WorkStatus } from './work-status.tsx'

/** The project as a request, in the published names. */
export const RequestExport = () => {
  const { exporting: words } = useWords()
  const project = useProject()
  const toasts = useToasts()
  const work = useWork()
  if (project.path.keys.length < 2) return <Notice kind="note">{words.needsPath}</Notice>
  const save = () =>
    work.run(async () => {
      const name = `${fileStem(project.name || project.sentence)}.request.json`
      download(await requestFile(project), name)
      toasts.show({ kind: 'done', words: words.saved(name) })
    })
  return (
    <div className={styles.form}>
      <p className={styles.lead}>{words.requestWords}</p>
      <WorkStatus work={work} />
      <div className={styles.actions}>
        <Button kind="primary" icon={Braces} onPress={save}>
          {words.saveRequest}
        </Button>
      </div>
    </div>
  )
}
