import { Box } from 'lucide-react'
import { useState } from 'react'
import { useSession, useSetSession } from '../app/use-session.ts'
import { Dialog, Empty, Segmented } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { useLibraryState } from '../library/use-library.ts'
import styles from './export-dialog.module.css'
import { FilmExport } from './film-export.tsx'
import { RequestExport } from './request-export.tsx'
import { SceneExport } from './scene-export.tsx'

type Tab = 'scene' | 'film' | 'pictures' | 'request'

/** All ways in which a world leaves the studio as a file. */
export const ExportDialog = () => {
  const { exporting: words } = useWords()
  const isOpen = useSession(({ dialog }) => dialog === 'export')
  const set = useSetSession()
  return (
    <Dialog
      title={words.title}
      width="medium"
      isOpen={isOpen}
      onClose={() => set({ dialog: null })}
    >
      <Tabs />
    </Dialog>
  )
}

const Tabs = () => {
  const { exporting: words } = useWords()
  const [tab, setTab] = useState<Tab>('scene')
  const { records } = useLibraryState()
  const shown = useSession(({ world }) => world)
  const record = records.find(({ id }) => id === shown?.id)
  const tabs: readonly Tab[] = ['scene', 'film', 'pictures', 'request']
  const content = () => {
    if (tab === 'request') return <RequestExport />
    if (shown && tab !== 'scene') return <FilmExport key={tab} kind={tab} />
    if (shown && record) return <SceneExport record={record} />
    return <Empty icon={Box}>{words.nothing}</Empty>
  }
  return (
    <div className={styles.tabs}>
      <Segmented
        label={words.tabs.label}
        wide
        value={tab}
        onChange={setTab}
        segments={tabs.map((value) => ({ value, label: words.tabs[value] }))}
      />
      {content()}
    </div>
  )
}
