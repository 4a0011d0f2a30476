import { Copy, ExternalLink } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSession, useSetSession } from '../app/use-session.ts'
import { drawPhotograph } from '../generation/photograph-file.ts'
import type { WorldRecord } from '../library/record.ts'
import { titleOf } from '../library/record.ts'
import { useLibraryState } from '../library/use-library.ts'
import type { Project } from '../project/project.ts'
import { useProject } from '../project/use-project.ts'
import { Button, Dialog, Notice, Switch, TextArea, TextField, useToasts } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { workshopOf } from '../workshop/workshop.ts'
import styles from './export-dialog.module.css'
import { embedCode, longLink, shareLink, viewerUrl } from './share-link.ts'

/** Links: to the project, which is in the link itself, and to the world on its server. */
export const ShareDialog = () => {
  const { exporting: words } = useWords()
  const isOpen = useSession(({ dialog }) => dialog === 'share')
  const set = useSetSession()
  return (
    <Dialog
      title={words.share}
      width="medium"
      isOpen={isOpen}
      onClose={() => set({ dialog: null })}
    >
      <ProjectLink />
      <Embedding />
    </Dialog>
  )
}

const ProjectLink = () => {
  const { exporting: words } = useWords()
  const project = useProject()
  const [withPhotograph, setWithPhotograph] = useState(true)
  const [link, setLink] = useState('')
  const copy = useCopy()

  useEffect(() => {
    let isGone = false
    setLink('')
    const make = async () => {
      const shared = await sharedProject(project, withPhotograph)
      const made = await shareLink(shared, location.href)
      if (!isGone) setLink(made)
    }
    void make()
    return () => {
      isGone = true
    }
  }, [project, withPhotograph])

  return (
    <section className={styles.section}>
      <h3 className={styles.subtitle}>{words.shareProject}</h3>
      <p className={styles.lead}>{words.shareWords}</p>
      {project.photograph && (
        <Switch
          label={words.withPhotograph}
          detail={words.photographDetail}
          isSelected={withPhotograph}
          onChange={setWithPhotograph}
        />
      )}
      <div className={styles.copied}>
        <TextField
          label={words.shareProject}
          hideLabel
          value={link || words.makingLink}
          onChange={() => undefined}
          isReadOnly
        />
        <Button kind="primary" icon={Copy} isDisabled={link === ''} onPress={() => void copy(link)}>
          {words.copyLink}
        </Button>
      </div>
      {link.length > longLink && (
        <Notice kind="warning">
          {words.linkLength(link.length.toLocaleString())}. {words.long}
        </Notice>
      )}
    </section>
  )
}

const Embedding = () => {
  const { exporting: words } = useWords()
  const { records } = useLibraryState()
  const shown = useSession(({ world }) => world?.id)
  const record = records.find(
    ({ id, scene }) => id === shown && scene !== null && workshopOf(scene) === 'server',
  )
  return (
    <section className={styles.section}>
      <h3 className={styles.subtitle}>{words.embed}</h3>
      {record ? (
        <EmbeddedWorld record={record} />
      ) : (
        <p className={styles.lead}>{words.noWorldToEmbed}</p>
      )}
    </section>
  )
}

const EmbeddedWorld = ({ record }: { readonly record: WorldRecord }) => {
  const { exporting: words, library } = useWords()
  const copy = useCopy()
  const viewer = viewerUrl(record.scene!, location.href)
  const code = embedCode(viewer, titleOf(record) ?? library.untitled)
  return (
    <>
      <p className={styles.lead}>{words.embedWords}</p>
      <TextArea
        label={words.embedCode}
        code
        rows={3}
        value={code}
        onChange={() => undefined}
        isReadOnly
      />
      <div className={styles.buttons}>
        <Button icon={Copy} onPress={() => void copy(code)}>
          {words.copyCode}
        </Button>
        {/* our own page, opened from here, knows the token of this tab */}
        <Button icon={ExternalLink} onPress={() => void open(viewer, '_blank')}>
          {words.openViewer}
        </Button>
      </div>
    </>
  )
}

function useCopy() {
  const toasts = useToasts()
  const { exporting: words } = useWords()
  return async (text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      toasts.show({ kind: 'done', words: words.copied })
    } catch (error) {
      // without HTTPS a page may not copy; the text is there to be marked
      toasts.show({ kind: 'error', words: words.failed((error as Error).message) })
    }
  }
}

/** Pictures in links are no larger along their longer side. */
const linkedSide = 384

/** A project for a link: of its photograph only what the model sees, small, or none. */
async function sharedProject(project: Project, withPhotograph: boolean): Promise<Project> {
  const { photograph, scene } = project
  if (!photograph || !withPhotograph) return { ...project, photograph: null }
  const scale = Math.min(1, linkedSide / Math.max(scene.width, scene.height))
  const size = {
    width: Math.round(scene.width * scale),
    height: Math.round(scene.height * scale),
  }
  const canvas = await drawPhotograph(photograph, size)
  const file = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 })
  const whole = { left: 0, top: 0, width: 1, height: 1 }
  return { ...project, photograph: { ...photograph, file, size, crop: whole } }
}
