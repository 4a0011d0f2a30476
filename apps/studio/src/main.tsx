import '@fontsource-variable/inter/wght.css'
import './ui/tokens.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Providers } from './app/providers.tsx'
import { startStudio } from './app/start-studio.ts'
import { Studio } from './app/studio.tsx'

const surroundings = await startStudio()

createRoot(document.getElementById('studio')!).render(
  <StrictMode>
    <Providers of={surroundings}>
      <Studio tokenQuestion={surroundings.tokenQuestion} />
    </Providers>
  </StrictMode>,
)
