import { Crosshair, Move, Rotate3d, Scaling, Spline } from 'lucide-react'
import type { Tool } from '../viewport/viewport.ts'
import { Segmented } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { useSession, useSetSession } from './use-session.ts'

const icons = {
  move: Move,
  turn: Rotate3d,
  scale: Scaling,
  draw: Spline,
  pick: Crosshair,
} as const
const tools = Object.keys(icons) as Tool[]

/** What the pointer does in the view. */
export const ToolBar = () => {
  const { app } = useWords()
  const tool = useSession((session) => session.tool)
  const mode = useSession((session) => session.mode)
  const set = useSetSession()
  return (
    <Segmented
      label={app.tools.label}
      glass
      iconsOnly
      isDisabled={mode !== 'edit'}
      value={tool}
      onChange={(next) => set({ tool: next })}
      segments={tools.map((value, i) => ({
        value,
        label: app.tools[value],
        icon: icons[value],
        keys: String(i + 1),
      }))}
    />
  )
}
