import { Download } from 'lucide-react'
import { useState } from 'react'
import { useWorkshop, useWorkshopState } from '../workshop/use-workshop.ts'
import type { WorldRecord } from '../library/record.ts'
import { useLibrary } from '../library/use-library.ts'
import { Button, Notice, Select, useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { download } from './download.ts'
import styles from './export-dialog.module.css'
import type { SceneChoice } from './export-plan.ts'
import { downloadName, formatsOf, planScene, takesTarget, usualChoice } from './export-plan.ts'
import { fetchScene } from './fetch-scene.ts'
import { useWork } from './use-work.ts'
import { WorkStatus } from './work-status.tsx'

/** The world as a file: format, size, the program that it is for. */
export const SceneExport = ({ record }: { readonly record: WorldRecord }) => {
  const { exporting: words } = useWords()
  const workshop = useWorkshop()
  const library = useLibrary()
  const toasts = useToasts()
  const { capabilities } = useWorkshopState()
  const [choice, setChoice] = useState(usualChoice)
  const [isGone, setIsGone] = useState(false)
  const work = useWork()
  if (!capabilities) return <Notice kind="note">{words.preparing}</Notice>

  const { format, tier } = choice
  const target = takesTarget(format) ? choice.target : 'usual'
  const wanted: SceneChoice = { format, tier, target }
  const save = () =>
    work.run(async (tell, signal) => {
      tell({ words: words.preparing, share: null })
      const given = {
        workshop,
        world: () => library.world(record.id),
        signal,
        onArrived: (share: number | null) => tell({ words: words.downloading, share }),
      }
      const name = downloadName(record, wanted)
      const file = await fetchScene(planScene(record, wanted, !isGone), given).catch(
        (error: unknown) => {
          // the server keeps files for a time only; this browser may have it still
          if (isGone || (error as { status?: unknown }).status !== 404) throw error
          setIsGone(true)
          return fetchScene(planScene(record, wanted, false), given)
        },
      )
      if (signal.aborted) return
      download(file, name)
      toasts.show({ kind: 'done', words: words.saved(name) })
    })

  return (
    <div className={styles.form}>
      <div className={styles.rows}>
        <Select
          label={words.format}
          showLabel
          value={format}
          onChange={(next) => setChoice({ ...choice, format: next })}
          choices={formatsOf(capabilities).map((value) => ({
            value,
            label: named(words.formats, value)?.name ?? value,
            detail: named(words.formats, value)?.detail ?? '',
          }))}
        />
        <Select
          label={words.tier}
          showLabel
          value={tier}
          onChange={(next) => setChoice({ ...choice, tier: next })}
          choices={['full', ...capabilities.tiers].map((value) => ({
            value,
            label: named(words.tiers, value) ?? value,
          }))}
        />
        {takesTarget(format) && (
          <Select
            label={words.target}
            showLabel
            value={target}
            onChange={(next) => setChoice({ ...choice, target: next })}
            choices={['usual', ...capabilities.targets].map((value) => ({
              value,
              label: named(words.targets, value) ?? value,
            }))}
          />
        )}
      </div>
      {isGone && <Notice kind="note">{words.fromKept}</Notice>}
      <WorkStatus work={work} />
      <div className={styles.actions}>
        {/* keeps the focus, by whose keys the dialog is left */}
        <Button kind="primary" icon={Download} isPending={work.state !== null} onPress={save}>
          {words.download}
        </Button>
      </div>
    </div>
  )
}

/** The words for a name that the server may have and we not. */
const named = <Value,>(words: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined
