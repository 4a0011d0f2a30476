import type { Answer, ApiDocument, Operation, Parameter, Schema } from './api-document.ts'

/** The description of the API as one page without scripts. */
export function referencePage({ info, paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => section(method, path, operation)),
  )
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section id="${escape(name)}"><h2>${escape(name)}</h2>${schemaOf(schema)}</section>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)}: HTTP API</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<main>
<h1>${escape(info.title)}: HTTP API</h1>
<p>${escape(info.description)} <a href="/v1/openapi.json">OpenAPI 3.1</a></p>
${operations.join('\n')}
<h1>Schemas</h1>
${schemas.join('\n')}
</main>
</body>
</html>
`
}

function section(method: string, path: string, operation: Operation): string {
  const { operationId = '', summary = '', description = '', parameters = [] } = operation
  const bodies = Object.entries(operation.requestBody?.content ?? {})
  const responses = Object.entries(operation.responses)
  return `<section id="${escape(operationId)}">
<h2><code>${method.toUpperCase()} ${escape(path)}</code></h2>
<p>${escape(summary)}</p>
${description && `<p>${escape(description)}</p>`}
${parameters.length > 0 ? table(parameters.map(parameterRow)) : ''}
${bodies.map(([type, { schema }]) => `<h3>Body, ${escape(type)}</h3>${schemaOf(schema)}`).join('')}
${responses.map(responseOf).join('')}
</section>`
}

const parameterRow = ({ name, in: where, required, schema }: Parameter): string[] => [
  `<code>${escape(name)}</code>`,
  `${escape(where)}${required ? ', required' : ''}`,
  typeOf(schema),
  escape(schema.description ?? ''),
]

function responseOf([status, { description = '', content = {} }]: [string, Answer]): string {
  const types = Object.entries(content)
  const shown = types.map(([type, { schema }]) => `${escape(type)}: ${typeOf(schema)}`)
  const label = status === 'default' ? 'Otherwise' : status
  return `<p><strong>${escape(label)}</strong> ${escape(description)}<br>${shown.join('<br>')}</p>`
}

function schemaOf(schema: Schema): string {
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length === 0) return `<p>${typeOf(schema)}</p>`
  return table(
    properties.map(([name, property]) => [
      `<code>${escape(name)}</code>${schema.required?.includes(name) ? '' : ', optional'}`,
      typeOf(property),
      escape(property.description ?? ''),
    ]),
  )
}

/** A schema in few words. */
function typeOf(schema: Schema): string {
  if (schema.$ref) {
    const name = escape(String(schema.$ref).split('/').at(-1)!)
    return `<a href="#${name}">${name}</a>`
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(typeOf).join(' or ')
  if (schema.enum)
    return schema.enum.map((value: unknown) => escape(JSON.stringify(value))).join(' | ')
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(', ')}]`
  if (schema.items) return `list of ${typeOf(schema.items)}`
  const names = Object.keys(schema.properties ?? {})
  if (names.length > 0) return `{ ${names.map(escape).join(', ')} }`
  return escape([schema.type ?? 'any'].flat().join(' or '))
}

const table = (rows: readonly (readonly string[])[]) =>
  `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table>`

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

const escape = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]!)

export const referenceStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
section { border-top: 1px solid #8886; margin-top: 2rem }
h2 { font-size: 1.1rem }
h3 { font-size: 1rem }
table { border-collapse: collapse; width: 100% }
td { border-bottom: 1px solid #8883; padding: 0.25rem 0.75rem 0.25rem 0; vertical-align: top }
code { font: 0.95em ui-monospace, monospace }
`
