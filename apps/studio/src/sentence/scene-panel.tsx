import type { ImageSize } from '@flashworld/camera'
import { Dices } from 'lucide-react'
import { MadeOn } from '../device/made-on.tsx'
import { useSettings, useWorkshopState } from '../workshop/use-workshop.ts'
import { useEdit, useProject } from '../project/use-project.ts'
import { NumberField, Section, Select, ToggleIconButton } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import { changeScene, MAX_SEED, MAX_WORLDS, throwSeed } from './scene-edits.ts'
import styles from './scene-panel.module.css'
import { sizeText, sizesOf } from './sizes.ts'

/** What a world is made with: pictures, seed, how many, by which model. */
export const ScenePanel = () => {
  const { sentence } = useWords()
  const words = sentence.scene
  const scene = useProject((project) => project.scene)
  const edit = useEdit()
  const { answers, models } = useWorkshopState()
  const { chosen } = useSettings()
  const model = models[0]
  const sizes = sizesOf(model, scene)
  const [least, most] = model?.trained.frames ?? [2, 48]
  const orientation = ({ width, height }: ImageSize) =>
    width > height
      ? words.sizes.landscape
      : width < height
        ? words.sizes.portrait
        : words.sizes.square

  return (
    <Section title={words.title}>
      <Select
        label={words.size}
        showLabel
        value={sizeText(scene)}
        onChange={(text) => {
          const size = sizes.find((one) => sizeText(one) === text)
          if (size) edit(changeScene({ width: size.width, height: size.height }))
        }}
        choices={sizes.map((size) => ({
          value: sizeText(size),
          label: sizeText(size),
          detail: size.isTrained ? orientation(size) : words.sizes.untrained,
        }))}
      />
      <div className={styles.row}>
        <span aria-hidden>{words.frames}</span>
        <div className={styles.number}>
          <NumberField
            label={words.frames}
            bare
            value={scene.frames}
            onChange={(frames, options) => edit(changeScene({ frames }), options)}
            step={1}
            digits={0}
            min={Math.min(least, scene.frames)}
            max={Math.max(most, scene.frames)}
            isDisabled={least === most && scene.frames === least}
          />
        </div>
      </div>
      <div className={styles.row}>
        <span aria-hidden>{words.seed}</span>
        <div className={styles.seed}>
          {scene.seed === null ? (
            <span className={styles.anew}>{words.seedNew}</span>
          ) : (
            <div className={styles.number}>
              <NumberField
                label={words.seed}
                fullLabel={words.seedFixed}
                bare
                value={scene.seed}
                onChange={(seed, options) => edit(changeScene({ seed }), options)}
                step={1}
                digits={0}
                min={0}
                max={MAX_SEED}
              />
            </div>
          )}
          <ToggleIconButton
            icon={Dices}
            label={words.seedAnew}
            isSelected={scene.seed === null}
            onChange={(anew) => edit(changeScene({ seed: anew ? null : throwSeed() }))}
          />
        </div>
      </div>
      <div className={styles.row}>
        <span aria-hidden>{words.worlds}</span>
        <div className={styles.number}>
          <NumberField
            label={words.worlds}
            bare
            value={scene.worlds}
            onChange={(worlds, options) => edit(changeScene({ worlds }), options)}
            step={1}
            digits={0}
            min={1}
            max={MAX_WORLDS}
          />
        </div>
      </div>
      <div className={styles.row}>
        <span>{words.model}</span>
        <span className={styles.value}>
          {model
            ? (Object.entries(words.models).find(([name]) => name === model.name)?.[1] ??
              model.name)
            : answers === 'no'
              ? words.gone[chosen]
              : words.asking[chosen]}
        </span>
      </div>
      <MadeOn />
    </Section>
  )
}
