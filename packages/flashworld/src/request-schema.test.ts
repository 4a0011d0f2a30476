import { expect, test } from 'vitest'
import { z } from 'zod'
import { requestSchema } from './request-schema.ts'

test('has a JSON Schema in which every field is described, and nothing else may stand', () => {
  const schema = z.toJSONSchema(requestSchema) as {
    properties: Record<string, { description?: string; items?: object }>
    additionalProperties: boolean
    required?: string[]
  }
  expect(Object.keys(schema.properties)).toEqual([
    'prompt',
    'image',
    'imageIndex',
    'cameras',
    'path',
    'lookDown',
    'resolution',
    'seed',
    'model',
    'precision',
  ])
  for (const [name, { description }] of Object.entries(schema.properties))
    expect(description, name).toMatch(/\w+ \w+/)
  expect(schema.additionalProperties).toBe(false)
  expect(schema.required).toBeUndefined()
  expect(schema.properties.cameras!.items).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: ['position', 'quaternion', 'fx', 'fy', 'cx', 'cy'],
    properties: { width: { type: 'integer' }, quaternion: { type: 'array' } },
  })
})
