// Which processes a process has started, and theirs, to be ended with it; by their ids, never by a name alone.
import { execFileSync } from 'node:child_process'

export const processesBelow = (parent: number): number[] => {
  const all = listed('ppid').map(([pid, ppid]) => [pid, Number(ppid)] as const)
  const below = (of: number): number[] => all.flatMap(([pid, ppid]) => (ppid === of ? [pid, ...below(pid)] : []))
  return below(parent)
}

/** Those that were started with this word, a path nobody else uses. */
export const processesNaming = (word: string): number[] =>
  listed('args').flatMap(([pid, args]) => (args.split(' ').includes(word) && !args.includes('--type=') ? [pid] : []))

const listed = (what: 'ppid' | 'args'): (readonly [pid: number, what: string])[] =>
  execFileSync('ps', ['-A', '-ww', '-o', `pid=,${what}=`], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .map((line) => /^ *(\d+) +(.*)$/.exec(line))
    .flatMap((found) => (found ? [[Number(found[1]), found[2]!] as const] : []))
