import { LargeLayout } from './large-layout.tsx'
import { PhoneLayout } from './phone-layout.tsx'
import { Tour } from './tour.tsx'
import { useMedia } from './use-preferences.ts'

/** The work itself: picture, timeline and panels; a part of the page that comes after the start page. */
const Work = () => {
  const isSmall = useMedia('(max-width: 900px)')
  return (
    <>
      {isSmall ? <PhoneLayout /> : <LargeLayout />}
      <Tour />
    </>
  )
}

export default Work
