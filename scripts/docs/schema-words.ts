/** JSON Schema in few words, and tables of Markdown. */

/** What is used of a JSON Schema. */
export interface Schema {
  readonly $ref?: string
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly prefixItems?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
}

/** A schema in few words, as Markdown of a table's cell. */
export function typeWords(schema: Schema): string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!
    return `[${name}](#${name.toLowerCase()})`
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(typeWords).join(' or ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ')
  if (schema.prefixItems) return `list: ${schema.prefixItems.map(typeWords).join(', ')}`
  if (schema.items) return `list of ${typeWords(schema.items)}`
  const names = Object.keys(schema.properties ?? {})
  if (names.length > 0) return `object: ${names.map((name) => `\`${name}\``).join(', ')}`
  return [schema.type ?? 'anything'].flat().join(' or ')
}

/** Text in a cell of a table: nothing in it ends the cell or is taken for a tag. */
export const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ')

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
