import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Studio } from './app/studio.tsx'

createRoot(document.getElementById('studio')!).render(
  <StrictMode>
    <Studio />
  </StrictMode>,
)
