// Lines as numbers, equal ones for equal lines: what compares them again and again compares those.

export type LineNumbers = {
  numbersOf: (text: string) => number[]
  linesOf: (numbers: readonly number[]) => string[]
}

export const createLineNumbers = (): LineNumbers => {
  const lines: string[] = []
  // a map: a note may say "constructor", and a plain object would take it for its own
  const numbers = new Map<string, number>()
  const numberOf = (line: string): number => {
    const known = numbers.get(line)
    if (known !== undefined) return known
    numbers.set(line, lines.length)
    return lines.push(line) - 1
  }
  return {
    numbersOf: (text) => splitLines(text).map(numberOf),
    linesOf: (all) => all.map((number) => lines[number]!),
  }
}

/** Each with its end; the last may have none. Tens of thousands are no lines anybody wrote: such a text is taken as one. */
const splitLines = (text: string): string[] => {
  const lines = text.split('\n')
  if (lines.length > linesMax) return [text]
  const last = lines.pop()!
  const ended = lines.map((line) => `${line}\n`)
  return last === '' ? ended : [...ended, last]
}

/** For a text of 100 kB that is five letters a line. */
const linesMax = 20_000
