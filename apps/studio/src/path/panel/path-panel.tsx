import { useSession } from '../../app/use-session.ts'
import { AimSection } from './aim-section.tsx'
import { KeySection } from './key-section.tsx'
import { MovesSection } from './moves-section.tsx'
import { PreflightSection } from './preflight-section.tsx'
import { ShapeSection } from './shape-section.tsx'
import { WholeSection } from './whole-section.tsx'

/** How the camera goes: moves, aim, shape, the selected key, and what to know before a world is made. */
export const PathPanel = () => {
  const isWhole = useSession(({ selection }) => selection?.kind === 'path')
  return (
    <>
      <MovesSection />
      <AimSection />
      {isWhole ? <WholeSection /> : <KeySection />}
      <PreflightSection />
      <ShapeSection />
    </>
  )
}
