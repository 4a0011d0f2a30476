import { expect, test } from 'vitest'
import { commandOf, shortcutText } from './shortcuts.ts'

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

test('keys have their commands, by Ctrl and by Cmd', () => {
  expect(commandOf(press('z', { ctrlKey: true }), false)).toBe('undo')
  expect(commandOf(press('Z', { metaKey: true, shiftKey: true }), false)).toBe('redo')
  expect(commandOf(press('y', { ctrlKey: true }), false)).toBe('redo')
  expect(commandOf(press('?', { shiftKey: true }), false)).toBe('help')
  expect(commandOf(press('?'), false)).toBe('help')
  expect(commandOf(press('Escape'), false)).toBe('leave')
})

test('tools are numbered; the path is played, and its selected key removed', () => {
  expect(['1', '2', '3', '4', '5'].map((key) => commandOf(press(key), false))).toEqual([
    'move',
    'turn',
    'scale',
    'draw',
    'pick',
  ])
  expect(commandOf(press('p'), false)).toBe('play')
  expect(commandOf(press('Delete'), false)).toBe('remove')
  expect(commandOf(press('p', { ctrlKey: true }), false)).toBeUndefined()
  for (const key of ['1', 'p', 'Delete']) expect(commandOf(press(key), true)).toBeUndefined()
})

test('letters alone, and what belongs to the system, are none', () => {
  expect(commandOf(press('z'), false)).toBeUndefined()
  expect(commandOf(press('z', { ctrlKey: true, altKey: true }), false)).toBeUndefined()
  expect(commandOf(press('Enter'), false)).toBeUndefined()
})

test('while one types, only what text has no keys for is taken from it', () => {
  expect(commandOf(press('z', { ctrlKey: true }), true)).toBeUndefined()
  expect(commandOf(press('?', { shiftKey: true }), true)).toBeUndefined()
  expect(commandOf(press('Escape'), true)).toBeUndefined()
  expect(commandOf(press('Enter', { ctrlKey: true }), true)).toBe('generate')
  expect(commandOf(press('s', { metaKey: true }), true)).toBe('save')
})

test('they are written as on the machine', () => {
  expect(shortcutText('redo', false)).toBe('Shift+Ctrl+Z')
  expect(shortcutText('redo', true)).toBe('⇧⌘Z')
  expect(shortcutText('generate', true)).toBe('⌘↵')
  expect(shortcutText('leave', false)).toBe('Esc')
})
