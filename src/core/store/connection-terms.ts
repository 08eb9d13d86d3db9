// What a connection is found by: the beginnings of these terms. Small and capital letters are the same.

import type { Account } from '../connection.ts'

/** A longer text is cut. */
const mostCharacters = 100
/** Of a name with more words, the last ones are not found. */
const mostWords = 6

/** The terms of a connection, each once: its owner, its account's name from each of its words on, its e-mail address and its domain. */
export function termsOf(owner: string, { name, email }: Pick<Account, 'name' | 'email'>): string[] {
  const words = (name ?? '').split(/\s+/).filter((word) => word !== '')
  const names = words.slice(0, mostWords).map((_, index) => words.slice(index).join(' '))
  const domain = email?.split('@')[1]
  return [...new Set([owner, ...names, email ?? '', domain ?? ''].map(searchTerm))].filter((term) => term !== '')
}

/** A text as terms are compared: what is looked for, too. */
export function searchTerm(text: string): string {
  const term = [...text.trim().normalize('NFC').toLowerCase().replace(/\s+/g, ' ')].slice(0, mostCharacters).join('')
  return term.toWellFormed()
}
