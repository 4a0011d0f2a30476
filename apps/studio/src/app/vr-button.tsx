import { RectangleGoggles } from 'lucide-react'
import { useEffect, useState } from 'react'
import { failureOf } from '../generation/failure.ts'
import { IconButton, useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { watchHeadset } from '../viewport/immersion/support.ts'
import { useSession } from './use-session.ts'
import styles from './vr-button.module.css'

/** Enters the world with a headset; there where there is one, and a world. */
export const VrButton = () => {
  const { app } = useWords()
  const toasts = useToasts()
  const viewport = useSession((session) => session.viewport)
  const hasWorld = useSession((session) => (session.readout?.splats ?? 0) > 0)
  const [hasHeadset, setHasHeadset] = useState(false)
  useEffect(() => watchHeadset(setHasHeadset), [])
  if (!hasHeadset || !hasWorld || !viewport) return null
  return (
    <div className={styles.place}>
      <IconButton
        icon={RectangleGoggles}
        glass
        label={app.vr.enter}
        onPress={() => {
          viewport.enterVr().catch((error: unknown) => {
            toasts.show({ kind: 'error', words: app.vr.failed(failureOf(error).message) })
          })
        }}
      />
    </div>
  )
}
