import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrast, inkOn, legible, mix } from './contrast.ts'

const colours = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

test('black on white has the highest contrast, and a colour on itself none', () => {
  assert.equal(contrast('#000', '#ffffff'), 21)
  assert.equal(contrast('#777777', '#777'), 1)
  // The example of WCAG's technique G18.
  assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01)
})

test('the text on any colour is readable, and stays so when the pointer is on it', () => {
  fc.assert(
    fc.property(colours, (colour) => {
      const ink = inkOn(colour)
      const hover = mix(colour, ink === '#000000' ? '#ffffff' : '#000000', 0.15)
      return contrast(colour, ink) >= 4.5 && contrast(hover, ink) >= 4.5
    }),
  )
})

test('a colour is changed until it is readable on every ground, and no further', () => {
  for (const grounds of [
    ['#ffffff', '#f6f7f9'],
    ['#181e27', '#10141b'],
  ]) {
    fc.assert(
      fc.property(colours, (colour) => grounds.every((ground) => contrast(legible(colour, grounds), ground) >= 4.5)),
    )
  }
  assert.equal(legible('#2447c8', ['#ffffff', '#f6f7f9']), '#2447c8')
  assert.notEqual(legible('#ffe000', ['#ffffff']), '#000000')
})
