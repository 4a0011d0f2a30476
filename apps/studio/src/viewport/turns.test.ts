import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

/** Work that says when it began, and lasts until the next turn of the event loop. */
const recorded = () => {
  const order: string[] = []
  const work = (name: string) => async () => {
    order.push(name)
    await new Promise((resolve) => setTimeout(resolve))
    order.push(`${name} done`)
    return name
  }
  return { order, work }
}

test('pictures come one after another', async () => {
  const turns = new Turns()
  const { order, work } = recorded()
  expect(await Promise.all([turns.take(work('a')), turns.take(work('b'))])).toEqual(['a', 'b'])
  expect(order).toEqual(['a', 'a done', 'b', 'b done'])
})

test('a film does not wait behind others, and nothing comes between its pictures', async () => {
  const turns = new Turns()
  const { order, work } = recorded()
  const others = ['a', 'b', 'c'].map((name) => turns.take(work(name)))
  const end = turns.beginFilm()
  await turns.take(work('film 1'), true)
  // its pictures are written away before the next is asked for
  await new Promise((resolve) => setTimeout(resolve, 5))
  await turns.take(work('film 2'), true)
  end()
  await Promise.all(others)
  expect(order.filter((name) => !name.endsWith('done'))).toEqual([
    'a',
    'film 1',
    'film 2',
    'b',
    'c',
  ])
})

test('a picture that fails is not the end of the others', async () => {
  const turns = new Turns()
  const failed = turns.take(() => Promise.reject(new Error('lost')))
  const next = turns.take(() => Promise.resolve(1))
  await expect(failed).rejects.toThrow('lost')
  expect(await next).toBe(1)
})
