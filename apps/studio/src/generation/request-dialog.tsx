import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useWorkshopState } from '../workshop/use-workshop.ts'
import { useSession, useSetSession } from '../app/use-session.ts'
import { framesOf } from '../path/frames.ts'
import type { Project } from '../project/project.ts'
import { useProject, useProjectStore } from '../project/use-project.ts'
import { Button, Dialog, Notice, TextArea, useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { failureOf } from './failure.ts'
import type { RequestText } from './request.ts'
import { requestOf } from './request.ts'

/** The request as text, which may be changed. */
export const RequestDialog = () => {
  const isOpen = useSession(({ dialog }) => dialog === 'request')
  const set = useSetSession()
  const close = () => set({ dialog: null })
  return isOpen ? <RequestEditor onDone={close} /> : null
}

const RequestEditor = ({ onDone }: { readonly onDone: () => void }) => {
  const { generation } = useWords()
  const { request: words } = generation
  const project = useProject()
  const store = useProjectStore()
  const { models } = useWorkshopState()
  const toasts = useToasts()
  const [text, setText] = useState(() => requestText(project))
  const [failure, setFailure] = useState<string | null>(null)

  const use = async () => {
    try {
      const { projectOfRequest } = await import('../library/project-of-request.ts')
      const [model] = models
      const changed = await projectOfRequest(JSON.parse(text), {
        base: project,
        defaults: { path: model?.path ?? 'orbit-left', lookDown: model?.lookDown ?? 0 },
        // the photograph is not in the text
        sizeOf: async () => project.scene,
      })
      store.edit((now) => withText(now, changed, JSON.parse(text) as RequestText))
      onDone()
    } catch (error) {
      setFailure(failureOf(error).message)
    }
  }
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => toasts.show({ kind: 'done', words: words.copied }),
      (error: unknown) => setFailure(failureOf(error).message),
    )
  }

  return (
    <Dialog
      title={words.title}
      width="large"
      isOpen
      onClose={onDone}
      actions={
        <>
          <Button icon={Copy} onPress={() => void copy()}>
            {words.copy}
          </Button>
          <Button kind="primary" icon={Check} onPress={() => void use()}>
            {words.apply}
          </Button>
        </>
      }
    >
      <p>{words.words}</p>
      <TextArea
        label={words.field}
        code
        rows={16}
        value={text}
        isInvalid={failure !== null}
        onChange={(next) => {
          setText(next)
          setFailure(null)
        }}
      />
      {failure !== null && <Notice kind="error">{failure}</Notice>}
    </Dialog>
  )
}

function requestText(project: Project): string {
  const { frames, seed, ...size } = project.scene
  const request = requestOf(project, framesOf(project.path, frames, size))
  const text = JSON.stringify({ ...request, ...(seed !== null && { seed }) }, null, 2)
  // numbers that belong together stand in one line
  return text.replace(/\[[\s\d.,e+-]+\]/g, (list) => list.replace(/\s+/g, ' '))
}

/** A project as its request's text says; what the text does not say stays. */
function withText(now: Project, said: Project, text: RequestText): Project {
  const { photograph, name, scene } = now
  const { frames, ...size } = scene
  const before = requestOf(now, framesOf(now.path, frames, size))
  // frames that nobody touched are still those of the path's keys
  const isSamePath = JSON.stringify(text.cameras) === JSON.stringify(before.cameras)
  return {
    ...said,
    name,
    path: isSamePath ? now.path : said.path,
    scene: { ...said.scene, worlds: now.scene.worlds },
    photograph: photograph && {
      ...photograph,
      frame: Math.min(text.imageIndex ?? 0, said.scene.frames - 1),
    },
  }
}
