import { useState } from 'react'
import { useStore } from 'zustand'
import { Button, Dialog, TextField } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import type { TokenQuestion } from './token-question.ts'

/** Asks for the token of a server that wants one. */
const TokenDialog = ({ question }: { readonly question: TokenQuestion }) => {
  const { generation, ui } = useWords()
  const { token: words } = generation
  const [token, setToken] = useState('')
  const { isAsked } = useStore(question.store)
  const answer = (given: string | null) => {
    setToken('')
    question.answer(given)
  }
  return (
    <Dialog
      title={words.title}
      isOpen={isAsked}
      onClose={() => answer(null)}
      actions={
        <>
          <Button onPress={() => answer(null)}>{ui.cancel}</Button>
          <Button kind="primary" isDisabled={token === ''} onPress={() => answer(token.trim())}>
            {words.enter}
          </Button>
        </>
      }
    >
      <p>{words.words}</p>
      <TextField
        label={words.field}
        type="password"
        value={token}
        onChange={setToken}
        autoFocus
        onKeyDown={(event) => {
          if (event.key === 'Enter' && token !== '') answer(token.trim())
        }}
      />
    </Dialog>
  )
}

export default TokenDialog
