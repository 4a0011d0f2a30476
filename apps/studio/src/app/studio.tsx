import { useEffect } from 'react'
import { KeysDialog } from './keys-dialog.tsx'
import { LargeLayout } from './large-layout.tsx'
import { PhoneLayout } from './phone-layout.tsx'
import styles from './studio.module.css'
import { TopBar } from './top-bar.tsx'
import { Tour } from './tour.tsx'
import { useCommands } from './use-commands.ts'
import { ExportDialog } from '../export/export-dialog.tsx'
import { ShareDialog } from '../export/share-dialog.tsx'
import { RequestDialog } from '../generation/request-dialog.tsx'
import { TokenDialog } from '../generation/token-dialog.tsx'
import type { TokenQuestion } from '../generation/token-question.ts'
import { DropAnywhere } from '../library/drop-anywhere.tsx'
import { useMedia } from './use-preferences.ts'
import { useServerNotice } from './use-server-notice.ts'
import { useSession } from './use-session.ts'
import { Welcome } from './welcome.tsx'
import { ToastRegion } from '../ui/toast.tsx'
import { useWords } from '../words/use-words.ts'

/** The whole page. */
export const Studio = ({ tokenQuestion }: { readonly tokenQuestion: TokenQuestion }) => {
  const { app } = useWords()
  const isWelcome = useSession(({ place }) => place === 'welcome')
  const isSmall = useMedia('(max-width: 900px)')
  useCommands()
  useServerNotice()
  useEffect(() => {
    document.title = app.title
  }, [app])

  return (
    <div className={styles.page}>
      <TopBar />
      {isWelcome ? <Welcome /> : isSmall ? <PhoneLayout /> : <LargeLayout />}
      <KeysDialog />
      <ExportDialog />
      <ShareDialog />
      <RequestDialog />
      <DropAnywhere />
      <TokenDialog question={tokenQuestion} />
      {!isWelcome && <Tour />}
      <ToastRegion />
    </div>
  )
}
