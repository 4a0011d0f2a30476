import { Dialog } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './keys-dialog.module.css'
import { shortcutText } from './shortcuts.ts'
import { useSession, useSetSession } from './use-session.ts'

/** All keys, by where they hold. */
export const KeysDialog = () => {
  const { app } = useWords()
  const isOpen = useSession(({ dialog }) => dialog === 'keys')
  const set = useSetSession()
  const { keys } = app
  const groups: readonly (readonly [
    title: string,
    rows: readonly (readonly [string, string])[],
  ])[] = [
    [
      keys.groups.page,
      [
        [keys.generate, shortcutText('generate')],
        [keys.undo, shortcutText('undo')],
        [keys.redo, shortcutText('redo')],
        [keys.save, shortcutText('save')],
        [keys.leave, shortcutText('leave')],
        [keys.help, '?'],
      ],
    ],
    [
      keys.groups.fly,
      [
        [keys.move, 'W A S D'],
        [keys.upDown, 'Q E'],
        [keys.fast, 'Shift · Alt'],
        [keys.look, keys.lookWords],
        [keys.orbitPoint, keys.orbitWords],
        [keys.drop, 'Space'],
      ],
    ],
    [
      keys.groups.path,
      [
        [keys.tools, '1 – 5'],
        [keys.remove, 'Delete'],
        [keys.previousNext, ', .'],
        [keys.play, 'P'],
      ],
    ],
  ]
  return (
    <Dialog title={keys.title} width="large" isOpen={isOpen} onClose={() => set({ dialog: null })}>
      <div className={styles.groups}>
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3 className={styles.title}>{title}</h3>
            <dl className={styles.rows}>
              {rows.map(([what, how]) => (
                <div key={what} className={styles.row}>
                  <dt>{what}</dt>
                  <dd>
                    <kbd className={styles.keys}>{how}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={styles.note}>{keys.numbers}</p>
    </Dialog>
  )
}
