import '@fontsource-variable/inter/wght.css'
import './ui/tokens.css'
import './ui/base.css'
import { createClient } from 'flashworld/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createPreferences } from './app/preferences.ts'
import { Providers } from './app/providers.tsx'
import { createSessionStore } from './app/session.ts'
import { Studio } from './app/studio.tsx'
import { emptyProject } from './project/project.ts'
import { createProjectStore } from './project/store.ts'
import { createToasts } from './ui/toast.tsx'

const surroundings = {
  client: createClient({ url: new URL('.', location.href).href }),
  project: createProjectStore(emptyProject),
  session: createSessionStore(),
  preferences: createPreferences(localStorage, navigator.languages),
  toasts: createToasts(),
}

createRoot(document.getElementById('studio')!).render(
  <StrictMode>
    <Providers of={surroundings}>
      <Studio />
    </Providers>
  </StrictMode>,
)
