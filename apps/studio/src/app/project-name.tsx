import { useState } from 'react'
import { useEdit, useProject } from '../project/use-project.ts'
import { useWords } from '../words/use-words.ts'
import styles from './project-name.module.css'

/** The project's name, written where it stands; without one, the beginning of its sentence. */
export const ProjectName = () => {
  const { app } = useWords()
  const name = useProject((project) => project.name)
  const sentence = useProject((project) => project.sentence)
  const edit = useEdit()
  const [text, setText] = useState<string | null>(null)

  const commit = () => {
    if (text !== null && text.trim() !== name)
      edit((project) => ({ ...project, name: text.trim() }))
    setText(null)
  }

  return (
    <input
      className={styles.name}
      aria-label={app.projectName}
      placeholder={sentence.trim().slice(0, 60) || app.unnamed}
      maxLength={80}
      spellCheck={false}
      value={text ?? name}
      onChange={({ target }) => setText(target.value)}
      onBlur={commit}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Escape') setText(null)
        if (key === 'Enter' || key === 'Escape') currentTarget.blur()
      }}
    />
  )
}
