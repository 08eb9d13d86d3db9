import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { resource } from '../calendly/api/envelope.ts'
import { once } from './once.ts'

test('a schema is made when it is first used, and once, and so is the one around it', () => {
  let made = 0
  const text = once(() => {
    made++
    return z.string()
  })
  const around = resource(text)
  assert.equal(made, 0)
  assert.equal(around().parse({ resource: 'x' }), 'x')
  assert.equal(around(), resource(text)())
  assert.equal(made, 1)
})
