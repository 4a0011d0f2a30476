import {
  BookOpen,
  Braces,
  CircleQuestionMark,
  Compass,
  Cpu,
  Ellipsis,
  FilePlus2,
  FolderOpen,
  Languages,
  Monitor,
  Moon,
  Save,
  Share,
  Sun,
} from 'lucide-react'
import { pickFiles } from '../library/dropped-files.ts'
import { useOpenFiles } from '../library/use-open.ts'
import type { MenuAction } from '../ui/index.ts'
import { IconButton, Menu } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { languageNames, languages } from '../words/words.ts'
import { themes } from './preferences.ts'
import { shortcutText } from './shortcuts.ts'
import { useFiles } from './use-files.ts'
import { usePreferences, useSetPreferences } from './use-preferences.ts'
import { useSession, useSetSession } from './use-session.ts'

const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const

/** What is not needed all the time: files, help, theme, language. */
export const MoreMenu = ({ isSmall }: { readonly isSmall: boolean }) => {
  const { app, device } = useWords()
  const { theme, language } = usePreferences()
  const setPreferences = useSetPreferences()
  const isWelcome = useSession(({ place }) => place === 'welcome')
  const set = useSetSession()
  const files = useFiles()
  const open = useOpenFiles()

  const project: readonly MenuAction[] = [
    { label: app.newProject, icon: FilePlus2, onAction: files.startNew },
    { label: app.openFile, icon: FolderOpen, onAction: () => void pickFiles().then(open) },
    {
      label: app.saveProject,
      icon: Save,
      keys: shortcutText('save'),
      onAction: () => void files.save(),
    },
    { label: app.examples, icon: BookOpen, onAction: () => set({ place: 'welcome' }) },
    { label: app.request, icon: Braces, onAction: () => set({ dialog: 'request' }) },
    { label: device.open, icon: Cpu, onAction: () => set({ dialog: 'device' }) },
  ]
  const small: readonly MenuAction[] = [
    { label: app.share, icon: Share, onAction: () => set({ dialog: 'share' }) },
  ]
  const help: readonly MenuAction[] = [
    {
      label: app.help,
      icon: CircleQuestionMark,
      keys: shortcutText('help'),
      onAction: () => set({ dialog: 'keys' }),
    },
    {
      label: app.startTour,
      icon: Compass,
      onAction: () => set({ place: 'studio', tour: 0 }),
    },
  ]
  const inThemes = themes.map((name) => ({
    label: app.theme[name],
    icon: themeIcons[name],
    isChecked: theme === name,
    onAction: () => setPreferences({ theme: name }),
  }))
  const inLanguages = languages.map((name) => ({
    label: languageNames[name],
    icon: Languages,
    isChecked: language === name,
    onAction: () => setPreferences({ language: name }),
  }))

  return (
    <Menu
      label={app.more}
      groups={[
        { actions: isWelcome ? [] : [...(isSmall ? small : []), ...project] },
        { actions: help },
        { title: app.theme.label, actions: inThemes },
        { title: app.language, actions: inLanguages },
      ]}
    >
      <IconButton icon={Ellipsis} label={app.more} />
    </Menu>
  )
}
