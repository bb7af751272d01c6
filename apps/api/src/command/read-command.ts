// Takes the words after `wedsync`; hands back what a person wants done, or one sentence about what is wrong with them.
import { parseArgs } from 'node:util'

export type Command =
  { name: 'help' } | { name: 'backup'; file: string | undefined } | { name: 'restore'; file: string }

export class CommandProblem extends Error {
  override name = 'CommandProblem'
}

export const help = `wedsync backup [file]     write the database of \`npm start\` into one file; the server may be running
wedsync restore <file>    put a backup in its place; what is there now is moved aside, never deleted
wedsync --help            this text

Without a name a backup is called wedsync-<date>-<time>.tar.gz and lies in the folder you are in. Meant is the embedded
database in WEDSYNC_HOME; one of your own (DATABASE_URL) is backed up with its own tools. More is in
docs/guides/back-up-and-restore.md.`

export const readCommand = (words: string[]): Command => {
  const { wantsHelp, name, files } = parse(words)
  if (wantsHelp || name === undefined || name === 'help') return { name: 'help' }
  if (name !== 'backup' && name !== 'restore')
    throw new CommandProblem(
      `There is no \`wedsync ${name}\`: it is backup or restore, and \`wedsync --help\` says more.`,
    )
  if (files.length > 1) throw new CommandProblem(`\`wedsync ${name}\` takes one file, and here are ${files.length}.`)
  const [file] = files
  if (name === 'backup') return { name, file }
  if (file === undefined) throw new CommandProblem('Which backup? It is `wedsync restore <file>`.')
  return { name, file }
}

const parse = (words: string[]) => {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true })
    const [name, ...files] = positionals
    return { wantsHelp: values.help === true, name, files }
  } catch (error) {
    const [what] = (error as Error).message.split('. ')
    throw new CommandProblem(`${what}: \`wedsync --help\` says what there is.`)
  }
}
