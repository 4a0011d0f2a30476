/** An OpenAPI document as Markdown. */
import type { Schema } from './schema-words.ts'
import { cell, table, typeWords } from './schema-words.ts'

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
    readonly schema: Schema
  }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content }>
  >
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export function describeApi({ paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => describe(method, path, operation)),
  )
  const schemas = namesWithin(paths, components.schemas).map(
    (name) => `### ${name}\n\n${fields(components.schemas[name]!)}`,
  )
  return [...operations, ...schemas].join('\n\n')
}

/** The schemas that the routes name, and those that these name; the document has more. */
function namesWithin(
  part: unknown,
  schemas: ApiDocument['components']['schemas'],
  found = new Set<string>(),
): string[] {
  for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    if (found.has(name!)) continue
    found.add(name!)
    namesWithin(schemas[name!], schemas, found)
  }
  return [...found]
}

function describe(method: string, path: string, operation: Operation): string {
  const { summary = '', description = '', parameters = [], requestBody } = operation
  const bodies = Object.entries(requestBody?.content ?? {})
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    ...[cell(summary), cell(description)].filter(Boolean),
    ...(parameters.length > 0 ? [parameterTable(parameters)] : []),
    ...bodies.map(([type, { schema }]) => `Body, \`${type}\`:\n\n${fields(schema)}`),
    table(['answer', 'holds', ''], Object.entries(operation.responses).map(answerRow)),
  ].join('\n\n')
}

const parameterTable = (parameters: NonNullable<Operation['parameters']>): string =>
  table(
    ['parameter', 'in', 'is', 'means'],
    parameters.map(({ name, in: where, required, schema, description }) => [
      `\`${name}\``,
      `${where}${required ? ', required' : ''}`,
      typeWords(schema),
      cell(description ?? schema.description ?? ''),
    ]),
  )

function answerRow([status, { description = '', content = {} }]: [
  string,
  Operation['responses'][string],
]): string[] {
  const types = Object.entries(content).map(([type, { schema }]) => `${type}: ${typeWords(schema)}`)
  return [status === 'default' ? 'otherwise' : status, types.join('; '), cell(description)]
}

function fields(schema: Schema): string {
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length === 0) return typeWords(schema)
  return table(
    ['field', 'is', 'means'],
    properties.map(([name, property]) => [
      `\`${name}\`${schema.required?.includes(name) ? '' : ', optional'}`,
      typeWords(property),
      cell(property.description ?? ''),
    ]),
  )
}
