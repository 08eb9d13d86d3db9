import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from './language.ts'
import { type Texts, textsOf } from './texts.ts'

const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

function flat(texts: Texts): Map<string, string> {
  const { abilities, ...others } = texts
  return new Map([...Object.entries(others), ...Object.entries(abilities)])
}

test('every language says the same, with the same names in it', () => {
  const english = flat(textsOf.en)
  for (const language of languages) {
    const texts = flat(textsOf[language])
    assert.deepEqual([...texts.keys()], [...english.keys()])
    for (const [name, text] of texts) {
      assert.ok(text.trim() === text && text.length > 0, `${language} ${name}`)
      // English says "its access" where another language names the application again.
      const missing = holes(english.get(name) ?? '').filter((hole) => !text.includes(hole))
      assert.deepEqual(missing, [], `${language} ${name}`)
      if (language !== 'en') assert.notEqual(text, english.get(name), `${language} ${name}`)
    }
  }
})
