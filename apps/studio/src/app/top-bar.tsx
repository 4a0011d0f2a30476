import {
  Box,
  CircleQuestionMark,
  Cloud,
  CloudOff,
  Columns2,
  Download,
  Redo2,
  Share,
  Undo2,
  Waypoints,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton, VisuallyHidden } from 'react-aria-components'
import { useStore } from 'zustand'
import { useProject, useProjectStore } from '../project/use-project.ts'
import { Button, IconButton, Segmented, Tooltip } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { Mark } from './mark.tsx'
import { MoreMenu } from './more-menu.tsx'
import { ProjectName } from './project-name.tsx'
import type { Stage } from './session.ts'
import { shortcutText } from './shortcuts.ts'
import styles from './top-bar.module.css'
import { useSaveState } from './use-save-state.ts'
import { useMedia } from './use-preferences.ts'
import { useSession, useSetSession } from './use-session.ts'

/** The page's frame: whose project, what is shown, what leaves it. */
export const TopBar = () => {
  const { app } = useWords()
  const set = useSetSession()
  const isWelcome = useSession(({ place }) => place === 'welcome')
  const isSmall = useMedia('(max-width: 900px)')

  return (
    <header className={styles.bar}>
      {!isWelcome && <PageHeading />}
      <AriaButton
        className={styles.brand}
        aria-label={`${app.title}: ${app.home}`}
        onPress={() => set({ place: 'welcome' })}
      >
        <Mark />
        <span className={styles.title}>{app.title}</span>
      </AriaButton>
      {isWelcome ? (
        <span className={styles.grow} />
      ) : (
        <>
          {!isSmall && <ProjectName />}
          <Steps>{!isSmall && <SaveMark />}</Steps>
          <StageSwitch iconsOnly={isSmall} />
          <span className={styles.grow} />
          {!isSmall && (
            <Button icon={Share} onPress={() => set({ dialog: 'share' })}>
              {app.share}
            </Button>
          )}
          {isSmall ? (
            <IconButton
              icon={Download}
              label={app.export}
              onPress={() => set({ dialog: 'export' })}
            />
          ) : (
            <Button icon={Download} onPress={() => set({ dialog: 'export' })}>
              {app.export}
            </Button>
          )}
        </>
      )}
      {!isSmall && (
        <IconButton
          icon={CircleQuestionMark}
          label={app.help}
          keys="?"
          onPress={() => set({ dialog: 'keys' })}
        />
      )}
      <MoreMenu isSmall={isSmall} />
    </header>
  )
}

/** What the page is about, to those who go by headings. */
const PageHeading = () => {
  const { app } = useWords()
  const name = useProject((project) => project.name)
  const sentence = useProject((project) => project.sentence)
  return <VisuallyHidden elementType="h1">{name || sentence || app.unnamed}</VisuallyHidden>
}

const Steps = ({ children }: { readonly children: ReactNode }) => {
  const { app } = useWords()
  const store = useProjectStore()
  const canUndo = useStore(store.history, ({ past }) => past.length > 0)
  const canRedo = useStore(store.history, ({ future }) => future.length > 0)
  return (
    <div className={styles.steps}>
      <IconButton
        icon={Undo2}
        label={app.undo}
        keys={shortcutText('undo')}
        isDisabled={!canUndo}
        onPress={store.undo}
      />
      <IconButton
        icon={Redo2}
        label={app.redo}
        keys={shortcutText('redo')}
        isDisabled={!canRedo}
        onPress={store.redo}
      />
      {children}
    </div>
  )
}

const stageIcons = { plan: Waypoints, result: Box, compare: Columns2 } as const
const stages = Object.keys(stageIcons) as Stage[]

const StageSwitch = ({ iconsOnly }: { readonly iconsOnly: boolean }) => {
  const { app } = useWords()
  const stage = useSession((session) => session.stage)
  const set = useSetSession()
  return (
    <div className={iconsOnly ? styles.stagesSmall : styles.stages}>
      <Segmented
        label={app.views.label}
        value={stage}
        onChange={(next) =>
          set({
            stage: next,
            // what one does with the path ends with the plan
            mode: 'edit',
            tool: 'move',
            isPlaying: false,
            // two worlds need a phone's room
            ...(next === 'compare' && { sheetHeight: 'low' }),
            ...(stage === 'compare' && { sheetHeight: 'half' }),
          })
        }
        iconsOnly={iconsOnly}
        segments={stages.map((value) => ({
          value,
          label: app.views[value],
          ...(iconsOnly && { icon: stageIcons[value] }),
        }))}
      />
    </div>
  )
}

/** Whether what one sees is kept on this device. */
const SaveMark = () => {
  const { app } = useWords()
  const state = useSaveState()
  const words = { saved: app.saved, saving: app.unsaved, never: app.notSaved }[state]
  const Icon = state === 'never' ? CloudOff : Cloud
  return (
    <Tooltip words={words}>
      <AriaButton className={styles.saved} data-state={state} aria-label={words}>
        <Icon size={15} strokeWidth={1.75} aria-hidden />
      </AriaButton>
    </Tooltip>
  )
}
