// The data of one store in memory, and the line in which steps wait for it: one at a time, whoever's they are. A step that
// throws, or whose owner is killed in the middle, is taken back before the next begins. Its end is told to whoever watches.
import { createMemoryTable, type MemoryTable } from './memory-table.ts'
import { schema, type TableName } from './store.ts'

/** Who asks: one handle of one engine. */
export type Owner = { isDead: boolean; isClosed: boolean }

export type Step = {
  owner: Owner
  begin: () => void
  isOver: boolean
  /** How to take back what it wrote, in the order it was written. */
  undo: (() => void)[]
  hasRead: Set<TableName>
  hasWritten: Set<TableName>
}

export type Watcher = { owner: Owner; onWritten: (tables: ReadonlySet<TableName>) => void }
export type Database = ReturnType<typeof createDatabase>

/** Empty tables, and nobody in line. */
export const createDatabase = () => {
  const tables = new Map(Object.entries(schema).map(([name, words]) => [name, createMemoryTable(words)]))
  const watchers = new Set<Watcher>()
  let line: Step[] = []
  let current: Step | null = null

  const next = () => {
    if (current) return
    current = line.shift() ?? null
    current?.begin()
  }
  const end = (step: Step, isWhole: boolean) => {
    if (!isWhole) for (const takeBack of step.undo.reverse()) takeBack()
    step.isOver = true
    current = null
    if (isWhole && step.hasWritten.size > 0) for (const { onWritten } of [...watchers]) onWritten(step.hasWritten)
    next()
  }

  return {
    table: (name: TableName): MemoryTable => tables.get(name)!,
    /** Runs when its turn comes; answers once all of it is there, or none. */
    inTurn: <Result>(owner: Owner, run: (step: Step) => Promise<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        const begin = () => {
          run(step).then(
            (result) => {
              if (step.isOver) return
              resolve(result)
              end(step, true)
            },
            (error: unknown) => {
              if (step.isOver) return
              reject(error)
              end(step, false)
            },
          )
        }
        const step: Step = { owner, begin, isOver: false, undo: [], hasRead: new Set(), hasWritten: new Set() }
        line.push(step)
        next()
      }),
    watch: (watcher: Watcher) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    /** Whoever this is has died: what it had under way is taken back, what it asked for is never begun. */
    forget: (owner: Owner) => {
      line = line.filter((step) => step.owner !== owner)
      for (const watcher of watchers) if (watcher.owner === owner) watchers.delete(watcher)
      if (current?.owner === owner) end(current, false)
    },
  }
}
