import { expect, test } from 'vitest'
import { runServer } from '../../../test/run-server.ts'
import type { ApiDocument, Schema } from './api-document.ts'

const operations = {
  '/v1/scenes': ['get', 'post'],
  '/v1/scenes/{id}': ['delete', 'get'],
  '/v1/scenes/{id}/events': ['get'],
  '/v1/scenes/{id}/cancel': ['post'],
  '/v1/scenes/{id}/files/{name}': ['get'],
  '/v1/convert': ['post'],
  '/v1/render': ['post'],
  '/v1/queue': ['get'],
  '/v1/models': ['get'],
  '/v1/capabilities': ['get'],
}

test('the description names every route of v1, by OpenAPI 3.1, and what they refer to is there', async () => {
  const { url } = await runServer()
  const document = (await (await fetch(`${url}/v1/openapi.json`)).json()) as ApiDocument & {
    openapi: string
  }
  expect(document.openapi).toBe('3.1.0')
  const found = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.keys(item).toSorted(),
  ])
  expect(Object.fromEntries(found)).toEqual(operations)

  const names = Object.keys(document.components.schemas)
  const text = JSON.stringify(document)
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
  expect(references.length).toBeGreaterThan(10)
  for (const [, name] of references) expect(names).toContain(name)

  const all = Object.values(document.paths).flatMap((item) => Object.values(item))
  const ids = all.map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining(['getScenes', 'getScene', 'getSceneFile', 'postConvert']),
  )
  const { content } = document.paths['/v1/scenes']!.post!.requestBody!
  expect(Object.keys(content)).toEqual(['application/json', 'multipart/form-data'])
  expect(document.paths['/v1/convert']!.post!.requestBody!.content).toMatchObject({
    'multipart/form-data': { schema: { required: ['file'] } },
  })
})

test('what a server answers is as its description says', async () => {
  const { url } = await runServer({ flags: { 'max-concurrent': '0' } })
  const document = (await (await fetch(`${url}/v1/openapi.json`)).json()) as ApiDocument
  await fetch(`${url}/v1/scenes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a house' }),
  })
  for (const path of ['/v1/scenes', '/v1/queue', '/v1/models', '/v1/capabilities']) {
    const { schema } = document.paths[path]!.get!.responses['200']!.content!['application/json']!
    const answer = (await (await fetch(url + path)).json()) as object
    const named = schema.$ref?.split('/').at(-1)
    const { properties, required }: Schema = named ? document.components.schemas[named]! : schema
    expect(Object.keys(properties!)).toEqual(expect.arrayContaining(Object.keys(answer)))
    expect(Object.keys(answer)).toEqual(expect.arrayContaining([...required!]))
  }
})

test('the page for people needs nothing from elsewhere and runs no script', async () => {
  const { url } = await runServer({ flags: { token: 'secret' } })
  const answer = await fetch(`${url}/docs`)
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  const page = await answer.text()
  for (const path of Object.keys(operations)) expect(page).toContain(path)
  expect(page).not.toMatch(/<script|https?:\/\/|\bon\w+=| style=/)
  const links = [...page.matchAll(/(?:href)="([^"]+)"/g)].map(([, href]) => href!)
  for (const href of new Set(links)) {
    if (href.startsWith('#')) expect(page).toContain(`id="${href.slice(1)}"`)
    else expect((await fetch(url + href)).status).toBe(200)
  }
})
