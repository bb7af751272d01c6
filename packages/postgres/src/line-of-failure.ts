// Takes the text of a migration and what PostgreSQL said about it; hands back the line a person has to look at. Pure.

export type Failure = {
  /** Where in the text, counted in characters from 1, if PostgreSQL says so. */
  position: number | undefined
  /** How many statements of the text were done before it failed. */
  statementsDone: number
}

export const lineOfFailure = (sql: string, { position, statementsDone }: Failure): number => {
  if (position !== undefined)
    return lineAt(
      sql,
      Array.from(sql)
        .slice(0, position - 1)
        .join('').length,
    )
  return lineAt(sql, startsOfStatements(sql)[statementsDone] ?? 0)
}

const lineAt = (sql: string, index: number): number => sql.slice(0, index).split('\n').length

// Blanks and comments between statements, then what may hold a semicolon that ends nothing, then the semicolon itself.
const token =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<quoted>[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<tag>[A-Za-z_]\w*|)\$[\s\S]*?\$\k<tag>\$)|(?<end>;)|[\w$]+|[\s\S]/gy

/** Where each statement begins. */
const startsOfStatements = (sql: string): number[] => {
  const starts: number[] = []
  let isInside = false
  for (const { index, groups } of sql.matchAll(token)) {
    if (groups?.['blank'] !== undefined) continue
    if (groups?.['end'] !== undefined) isInside = false
    else if (!isInside) {
      starts.push(index)
      isInside = true
    }
  }
  return starts
}
