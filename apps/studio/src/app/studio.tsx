import { lazy, Suspense, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import styles from './studio.module.css'
import { TopBar } from './top-bar.tsx'
import { useCommands } from './use-commands.ts'
import type { TokenQuestion } from '../generation/token-question.ts'
import { DropAnywhere } from '../library/drop-anywhere.tsx'
import { useServerNotice } from './use-server-notice.ts'
import { useSession } from './use-session.ts'
import { Welcome } from './welcome.tsx'
import { ToastRegion } from '../ui/toast.tsx'
import { useWords } from '../words/use-words.ts'

const loadWork = () => import('./work.tsx')
const Work = lazy(loadWork)
const Dialogs = lazy(() => import('./dialogs.tsx'))
const TokenDialog = lazy(() => import('../generation/token-dialog.tsx'))

/** Milliseconds after the start page is there until what comes next is fetched. */
const AHEAD = 1500

/** The whole page. What the start page does not need comes later. */
export const Studio = ({ tokenQuestion }: { readonly tokenQuestion: TokenQuestion }) => {
  const { app } = useWords()
  const isWelcome = useSession(({ place }) => place === 'welcome')
  const hasDialog = useEver(useSession(({ dialog }) => dialog !== null))
  const isTokenAsked = useEver(useStore(tokenQuestion.store, ({ isAsked }) => isAsked))
  useCommands()
  useServerNotice()
  useEffect(() => {
    document.title = app.title
  }, [app])
  useEffect(() => {
    const timer = setTimeout(() => void loadWork(), AHEAD)
    return () => clearTimeout(timer)
  }, [])

  return (
    <div className={styles.page}>
      <TopBar />
      {isWelcome ? (
        <Welcome />
      ) : (
        <Suspense>
          <Work />
        </Suspense>
      )}
      <Suspense>
        {hasDialog && <Dialogs />}
        {isTokenAsked && <TokenDialog question={tokenQuestion} />}
      </Suspense>
      <DropAnywhere />
      <ToastRegion />
    </div>
  )
}

/** Whether it was ever so: what was opened once stays, so that it can leave as it came. */
function useEver(is: boolean): boolean {
  const [was, setWas] = useState(is)
  if (is && !was) setWas(true)
  return is || was
}
