import type { ReactNode } from 'react'
import { useLayoutEffect } from 'react'
import { I18nProvider } from 'react-aria-components'
import type { Generator } from '../generation/generator.ts'
import type { TokenQuestion } from '../generation/token-question.ts'
import { GeneratorContext } from '../generation/use-generator.ts'
import type { Library } from '../library/library.ts'
import { LibraryContext } from '../library/use-library.ts'
import type { Autosave } from '../project/autosave.ts'
import type { ProjectStore } from '../project/store.ts'
import { ProjectContext } from '../project/use-project.ts'
import type { ToastQueue } from '../ui/toast.tsx'
import { ToastContext } from '../ui/toast.tsx'
import { WordsContext } from '../words/use-words.ts'
import { languageTags, wordsOf } from '../words/words.ts'
import type { Workplace } from '../workshop/use-workshop.ts'
import { WorkplaceContext } from '../workshop/use-workshop.ts'
import type { PreferencesStore } from './preferences.ts'
import type { SessionStore } from './session.ts'
import { PreferencesContext, usePreferences, useTheme } from './use-preferences.ts'
import { AutosaveContext } from './use-save-state.ts'
import { SessionContext } from './use-session.ts'

/** All that the page's components find around them; made once, by `main.tsx`. */
export interface Surroundings {
  readonly workplace: Workplace
  readonly project: ProjectStore
  readonly autosave: Autosave
  readonly session: SessionStore
  readonly preferences: PreferencesStore
  readonly toasts: ToastQueue
  readonly library: Library
  readonly generator: Generator
  readonly tokenQuestion: TokenQuestion
}

export interface ProvidersProps {
  readonly of: Surroundings
  readonly children: ReactNode
}

export const Providers = ({ of, children }: ProvidersProps) => (
  <PreferencesContext value={of.preferences}>
    <WorkplaceContext value={of.workplace}>
      <ProjectContext value={of.project}>
        <AutosaveContext value={of.autosave}>
          <SessionContext value={of.session}>
            <ToastContext value={of.toasts}>
              <LibraryContext value={of.library}>
                <GeneratorContext value={of.generator}>
                  <Appearance>{children}</Appearance>
                </GeneratorContext>
              </LibraryContext>
            </ToastContext>
          </SessionContext>
        </AutosaveContext>
      </ProjectContext>
    </WorkplaceContext>
  </PreferencesContext>
)

/** Theme and language, on the document too. */
const Appearance = ({ children }: { readonly children: ReactNode }) => {
  const { language } = usePreferences()
  const theme = useTheme()
  useLayoutEffect(() => {
    document.documentElement.lang = languageTags[language]
    document.documentElement.dataset.theme = theme
  }, [language, theme])
  return (
    <I18nProvider locale={languageTags[language]}>
      <WordsContext value={wordsOf[language]}>{children}</WordsContext>
    </I18nProvider>
  )
}
