import { Trash2 } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { IconButton, useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { useSettings, useWorkplace } from '../workshop/use-workshop.ts'
import styles from './device-dialog.module.css'
import { FetchModel } from './fetch-model.tsx'
import type { KeptModel } from './model-store.ts'
import { forgetModel, keptModels } from './model-store.ts'
import { sizeText } from './size-text.ts'

/** The value of the choice that is no kept model. */
const embedded = ''

/** The models of this device: one makes the worlds, others are fetched and removed. */
export const ModelList = () => {
  const { device: words } = useWords()
  const { settings } = useWorkplace()
  const { model } = useSettings()
  const toasts = useToasts()
  const { models, look } = useKeptModels()
  const choose = (name: string) => settings.setState({ model: name === embedded ? null : name })
  const forget = async ({ name, bytes }: KeptModel) => {
    if (model === name) choose(embedded)
    await forgetModel(name)
    toasts.show({ kind: 'done', words: words.removed(name, sizeText(bytes)) })
    await look()
  }
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{words.modelTitle}</h3>
      <RadioGroup
        aria-label={words.modelTitle}
        className={styles.models}
        value={model ?? embedded}
        onChange={choose}
      >
        <ModelChoice name={embedded} title={words.embedded} detail={words.embeddedDetail} />
        {models.map((kept) => (
          <div key={kept.name} className={styles.model}>
            <ModelChoice
              name={kept.name}
              title={kept.name}
              detail={(kept.isWhole ? words.keptDetail : words.partDetail)(sizeText(kept.bytes))}
              isDisabled={!kept.isWhole}
            />
            <IconButton
              icon={Trash2}
              label={words.removeModel(kept.name)}
              onPress={() => void forget(kept)}
            />
          </div>
        ))}
      </RadioGroup>
      <FetchModel
        onChange={() => void look()}
        onFetched={(name) => {
          choose(name)
          toasts.show({ kind: 'done', words: words.fetched(name) })
        }}
      />
    </section>
  )
}

interface ModelChoiceProps {
  readonly name: string
  readonly title: string
  readonly detail: string
  readonly isDisabled?: boolean
}

const ModelChoice = ({ name, title, detail, isDisabled = false }: ModelChoiceProps) => (
  <Radio value={name} isDisabled={isDisabled} className={styles.choice}>
    <span className={styles.dot} aria-hidden />
    <span>{title}</span>
    <span className={styles.detail}>{detail}</span>
  </Radio>
)

function useKeptModels() {
  const [models, setModels] = useState<readonly KeptModel[]>([])
  const look = useCallback(
    // a browser that keeps nothing has none
    () => keptModels().then(setModels, () => setModels([])),
    [],
  )
  useEffect(() => void look(), [look])
  return { models, look }
}
