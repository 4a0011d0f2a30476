import { useRef } from 'react'
import { BlockOutButton } from '../photograph/block-out-button.tsx'
import { useEdit, useProject, useProjectStore } from '../project/use-project.ts'
import { nextGesture, Section, TextArea } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { PhotographField } from './photograph-field.tsx'
import { say } from './scene-edits.ts'

/** What the world is: a sentence, a photograph. */
export const SentencePanel = () => {
  const { sentence: words } = useWords()
  return (
    <Section title={words.title}>
      <SentenceField label={words.title} />
      <PhotographField />
      <BlockOutButton />
    </Section>
  )
}

/** All that is written before the field is left is one step of undo. */
export const SentenceField = ({
  label,
  rows = 3,
}: {
  readonly label: string
  readonly rows?: number
}) => {
  const { sentence: words } = useWords()
  const sentence = useProject((project) => project.sentence)
  const edit = useEdit()
  const store = useProjectStore()
  const writing = useRef<string>(null)
  return (
    <TextArea
      label={label}
      hideLabel
      rows={rows}
      maxLength={2000}
      value={sentence}
      placeholder={words.placeholder}
      onChange={(text) => edit(say(text), { gesture: (writing.current ??= nextGesture()) })}
      onBlur={() => {
        writing.current = null
        store.endGesture()
      }}
    />
  )
}
