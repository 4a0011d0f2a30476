import { convertedBytes } from '@flashworld/models'
import { expect, test } from 'vitest'
import { publishedConfigs, publishedFeatures } from '../../lab/index.ts'
import { publishedModels } from './known-models.ts'

const { needs } = publishedModels.get('flashworld')!

test.each(['int8', 'e4m3', 'f16', 'f32'] as const)(
  'what is said to be written in %s is what the sizes of the published model come to',
  (precision) => {
    const bytes = convertedBytes(publishedConfigs, publishedFeatures, precision)
    expect(needs[precision].disk / 1e9).toBeCloseTo(bytes / 1e9, 1)
  },
)
