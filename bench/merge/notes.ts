// Notes as two people leave them: what both started from, and what each made of it. Ordinary ones, and such as nobody writes.

type Note = [base: string, client: string, server: string]

const line = (nth: number): string => `Line ${nth}: chairs to the barn, then glasses, candles and the cake`

/** A note of so many lines of some 65 bytes, with scattered edits, some of which meet in one line. */
export const noteOf = (count: number): Note => {
  const lines = Array.from({ length: count }, (_, nth) => line(nth))
  const edited = (edit: (text: string, nth: number) => string) => lines.map(edit).join('\n')
  return [
    lines.join('\n'),
    edited((text, nth) => (nth % 7 === 0 ? text.replace('chairs', 'benches') : text)),
    edited((text, nth) => (nth % 5 === 2 ? text.replace('cake', 'pie') : text)),
  ]
}

/** Close to 100 kB each. */
export const longNotes = (): Record<string, Note> => {
  const [base, one, other] = noteOf(1450)
  const asOne = (text: string) => text.replaceAll('\n', ' ')
  const rewritten = (word: string) => base.replaceAll('barn', word)
  // seventeen lines, each there some eighty times
  const alike = Array.from({ length: 1450 }, (_, nth) => line((nth * nth) % 17))
  const without = (nth: number) => alike.filter((_, at) => at % 7 !== nth).join('\n')
  const short = Array.from({ length: 10_000 }, (_, nth) => `chair ${nth % 1000}`)
  return {
    'scattered edits': [base, one, other],
    'scattered edits in one line': [asOne(base), asOne(one), asOne(other)],
    'every line rewritten by both': [base, rewritten('hall'), rewritten('tent')],
    'a new beginning and a new end': [base, `Now:\n${base}`, `${base}\nThat is all.`],
    'lines that are alike, some taken out': [alike.join('\n'), without(2), without(5)],
    'ten thousand short lines': [
      short.join('\n'),
      short.with(100, 'a bench').join('\n'),
      short.with(9900, 'a stool').join('\n'),
    ],
    'nothing but empty lines': [
      '\n'.repeat(90_000),
      `a${'\n'.repeat(90_000)}b`,
      `${'\n'.repeat(45_000)}x${'\n'.repeat(45_000)}`,
    ],
    'one word again and again': ['a '.repeat(45_000), `${'a '.repeat(40_000)}b`, `b${'a '.repeat(42_000)}`],
    'one letter without an end': ['a'.repeat(99_000), `${'a'.repeat(99_000)}b`, `b${'a'.repeat(99_000)}`],
  }
}
