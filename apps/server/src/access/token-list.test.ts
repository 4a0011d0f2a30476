import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runServer } from '../../test/run-server.ts'
import { addToken, removeToken } from './tokens.ts'

/** Seldom enough that the limit on wrong tokens does not answer. */
const soon = { timeout: 8000, interval: 1000 }

test('tokens that are made and removed are so for a running server within seconds', async () => {
  const { url, data } = await runServer({ flags: { 'max-concurrent': '0', token: 'fw_admin' } })
  const file = join(data, 'tokens.json')
  const statusWith = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${url}/v1/scenes`, { headers })).status
  }
  const reader = await addToken(file, 'reader', ['read'])
  await expect.poll(() => statusWith(reader), soon).toBe(200)
  const other = await addToken(file, 'other', ['read'])
  await removeToken(file, 'reader')
  await expect.poll(() => statusWith(reader), soon).toBe(401)
  expect([await statusWith(other), await statusWith('fw_admin')]).toEqual([200, 200])
})

test('a list that is broken changes nothing, and the next whole one does', async () => {
  const { url, data } = await runServer({ flags: { 'max-concurrent': '0', token: 'fw_admin' } })
  const file = join(data, 'tokens.json')
  const token = await addToken(file, 'reader', ['read'])
  const status = async () =>
    (await fetch(`${url}/v1/scenes`, { headers: { authorization: `Bearer ${token}` } })).status
  await expect.poll(status, soon).toBe(200)
  await writeFile(file, '[{')
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(await status()).toBe(200)
  await writeFile(file, '[]')
  await expect.poll(status, soon).toBe(401)
})

test('the first token shuts the door, and no removal opens it', async () => {
  const { url, data } = await runServer({ flags: { 'max-concurrent': '0' } })
  const file = join(data, 'tokens.json')
  const status = async () => (await fetch(`${url}/v1/scenes`)).status
  expect(await status()).toBe(200)
  await addToken(file, 'reader', ['read'])
  await expect.poll(status, soon).toBe(401)
  await removeToken(file, 'reader')
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(await status()).toBe(401)
  await rm(file)
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(await status()).toBe(401)
})
