import { expect, test } from 'vitest'
import { clampNumber, numberText, readNumber, stepFactor } from './number-text.ts'

test('numbers have their digits, a true minus and their unit', () => {
  expect(numberText(1.236, 2)).toBe('1.24')
  expect(numberText(-0.8, 2)).toBe('−0.80')
  expect(numberText(35, 0, ' mm')).toBe('35 mm')
  // what rounds to nothing is not less than nothing
  expect(numberText(-0.001, 2, '°')).toBe('0.00°')
})

test('a person writes numbers as they like', () => {
  expect(readNumber('−6°')).toBe(-6)
  expect(readNumber('1,5 ×')).toBe(1.5)
  expect(readNumber(' 35 mm')).toBe(35)
  expect(readNumber('.5')).toBe(0.5)
  expect(readNumber('far')).toBeNull()
})

test('what is written is what is read', () => {
  for (const value of [-12.34, -0.05, 0, 0.5, 704])
    expect(readNumber(numberText(value, 2, '°'))).toBe(value)
})

test('a number keeps within its limits, on its digits', () => {
  expect(clampNumber(9.999, { min: 0, max: 5, digits: 1 })).toBe(5)
  expect(clampNumber(-1, { min: 0, digits: 1 })).toBe(0)
  expect(clampNumber(0.1 + 0.2, { digits: 2 })).toBe(0.3)
})

test('Shift is fine, Ctrl and Cmd coarse', () => {
  const none = { shiftKey: false, ctrlKey: false, metaKey: false }
  expect(stepFactor(none)).toBe(1)
  expect(stepFactor({ ...none, shiftKey: true })).toBe(0.1)
  expect(stepFactor({ ...none, ctrlKey: true })).toBe(10)
  expect(stepFactor({ ...none, metaKey: true })).toBe(10)
})
