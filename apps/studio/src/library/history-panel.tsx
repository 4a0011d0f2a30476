import {
  Box,
  Columns2,
  Forward,
  History,
  MoreHorizontal,
  Pencil,
  RefreshCw,
  RotateCcw,
  Star,
  Trash2,
} from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { useSession, useSetSession } from '../app/use-session.ts'
import type { MenuAction, MenuGroup } from '../ui/index.ts'
import {
  Button,
  Dialog,
  Empty,
  Fold,
  IconButton,
  Menu,
  Segmented,
  TextField,
  ToggleIconButton,
} from '../ui/index.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'
import { useWords } from '../words/use-words.ts'
import type { HistoryFilter, WorldRecord } from './record.ts'
import { filterRecords, titleOf } from './record.ts'
import { useLibrary, useLibraryState } from './use-library.ts'
import { useWorldActions } from './use-world-actions.ts'
import styles from './history-panel.module.css'

/** The worlds that were made or opened: to show, star, name, go back to, go on from. */
export const HistoryPanel = () => {
  const { library: words } = useWords()
  const { records } = useLibraryState()
  const [filter, setFilter] = useState<HistoryFilter>('all')
  const [renamed, setRenamed] = useState<WorldRecord | null>(null)
  const ready = records.filter(({ state }) => state === 'ready')
  const shown = filterRecords(ready, filter)
  return (
    <Fold title={words.history} aside={ready.length > 0 ? String(ready.length) : undefined}>
      {ready.length > 0 && (
        <Segmented
          label={words.filter.label}
          wide
          value={filter}
          onChange={setFilter}
          segments={[
            { value: 'all', label: words.filter.all },
            { value: 'starred', label: words.filter.starred, icon: Star },
          ]}
        />
      )}
      {shown.length === 0 ? (
        <Empty icon={History}>{ready.length === 0 ? words.empty : words.emptyStarred}</Empty>
      ) : (
        <ul className={styles.worlds}>
          {shown.map((record) => (
            <World key={record.id} record={record} onRename={() => setRenamed(record)} />
          ))}
        </ul>
      )}
      {renamed && <RenameDialog record={renamed} onClose={() => setRenamed(null)} />}
    </Fold>
  )
}

interface WorldProps {
  readonly record: WorldRecord
  readonly onRename: () => void
}

const World = ({ record, onRename }: WorldProps) => {
  const { library: words } = useWords()
  const library = useLibrary()
  const actions = useWorldActions()
  const groups = useGroups(record, onRename)
  const isShown = useSession(({ world }) => world?.id === record.id)
  const url = useObjectUrl(record.thumbnail)
  const title = titleOf(record) ?? words.untitled
  return (
    <li
      className={styles.world}
      data-shown={isShown || undefined}
      data-starred={record.isStarred || undefined}
    >
      <AriaButton
        className={styles.show}
        aria-label={words.show(title)}
        aria-current={isShown || undefined}
        onPress={() => void actions.show(record)}
      >
        {url === undefined ? (
          <span className={styles.blank}>
            <Box size={20} strokeWidth={1.5} aria-hidden />
          </span>
        ) : (
          <img className={styles.picture} src={url} alt="" />
        )}
      </AriaButton>
      <div className={styles.tools}>
        <ToggleIconButton
          icon={Star}
          size="small"
          glass
          filled
          label={words.star}
          isSelected={record.isStarred}
          onChange={(isStarred) => void library.update(record.id, { isStarred })}
        />
        <Menu label={words.actions(title)} groups={groups}>
          <IconButton icon={MoreHorizontal} size="small" glass label={words.actions(title)} />
        </Menu>
      </div>
      <p className={styles.title} title={title}>
        {title}
      </p>
    </li>
  )
}

function useGroups(record: WorldRecord, onRename: () => void): readonly MenuGroup[] {
  const { library: words } = useWords()
  const actions = useWorldActions()
  const set = useSetSession()
  const playhead = useSession((session) =>
    session.world?.id === record.id ? session.playhead : null,
  )
  const frame = playhead === null ? null : Math.round(playhead)
  const ofProject: readonly MenuAction[] = [
    { label: words.use, icon: RotateCcw, onAction: () => actions.use(record) },
    {
      label: words.extendLast,
      icon: Forward,
      onAction: () => void actions.extend(record, record.cameras.length - 1),
    },
    ...(frame === null || frame >= record.cameras.length
      ? []
      : [
          {
            label: words.extendFrame(frame + 1),
            icon: Forward,
            onAction: () => void actions.extend(record, frame),
          },
        ]),
    { label: words.regenerate, icon: RefreshCw, onAction: () => actions.regenerate(record) },
  ]
  const ofWorld: readonly MenuAction[] = [
    { label: words.compare, icon: Columns2, onAction: () => set({ stage: 'compare' }) },
    { label: words.rename, icon: Pencil, onAction: onRename },
    {
      label: words.remove,
      icon: Trash2,
      isDangerous: true,
      onAction: () => void actions.remove(record),
    },
  ]
  return [{ actions: record.project ? ofProject : [] }, { actions: ofWorld }]
}

const RenameDialog = ({
  record,
  onClose,
}: {
  readonly record: WorldRecord
  readonly onClose: () => void
}) => {
  const { library: words, ui } = useWords()
  const library = useLibrary()
  const [name, setName] = useState(titleOf(record) ?? '')
  const save = () => {
    void library.update(record.id, { name: name.trim() })
    onClose()
  }
  return (
    <Dialog
      title={words.rename}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{ui.cancel}</Button>
          <Button kind="primary" onPress={save}>
            {words.save}
          </Button>
        </>
      }
    >
      <TextField
        label={words.name}
        value={name}
        onChange={setName}
        maxLength={120}
        autoFocus
        onKeyDown={(event) => event.key === 'Enter' && save()}
      />
    </Dialog>
  )
}
