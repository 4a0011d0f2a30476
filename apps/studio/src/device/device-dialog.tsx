import { memorySizes } from 'flashworld'
import { useSession, useSetSession } from '../app/use-session.ts'
import { Dialog, Select } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { backends, precisions } from '../workshop/settings.ts'
import { useSettings, useWorkplace } from '../workshop/use-workshop.ts'
import { AbilityList } from './ability-list.tsx'
import styles from './device-dialog.module.css'
import { ModelList } from './model-list.tsx'

/** What this device has, what it computes with, and which model. */
export const DeviceDialog = () => {
  const { device: words } = useWords()
  const isOpen = useSession(({ dialog }) => dialog === 'device')
  const set = useSetSession()
  return (
    <Dialog
      title={words.title}
      width="medium"
      isOpen={isOpen}
      onClose={() => set({ dialog: null })}
    >
      <p className={styles.lead}>{words.lead}</p>
      <AbilityList />
      <ComputeChoices />
      <ModelList />
    </Dialog>
  )
}

const ComputeChoices = () => {
  const { device: words } = useWords()
  const { settings } = useWorkplace()
  const { backend, precision, gibibytes } = useSettings()
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{words.computeTitle}</h3>
      <Select
        label={words.backend}
        showLabel
        value={backend}
        onChange={(next) => settings.setState({ backend: next })}
        choices={backends.map((value) => ({ value, label: words.backends[value] }))}
      />
      {backend !== 'wasm' && (
        <>
          <Select
            label={words.precision}
            showLabel
            value={precision}
            onChange={(next) => settings.setState({ precision: next })}
            choices={precisions.map((value) => ({ value, label: words.precisions[value] }))}
          />
          <Select
            label={words.memory}
            showLabel
            value={String(gibibytes)}
            onChange={(next) =>
              settings.setState({ gibibytes: next === 'null' ? null : Number(next) })
            }
            choices={[
              { value: 'null', label: words.memories.auto },
              ...memorySizes.map((size) => ({
                value: String(size),
                label: words.memories.gigabytes(size),
              })),
            ]}
          />
        </>
      )}
    </section>
  )
}
