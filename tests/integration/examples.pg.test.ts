// The examples for app developers, each run as the guide says, against a real server on a real PostgreSQL: none can go stale.
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen } from '../../apps/api/src/listen.ts'
import { agency, aWedding } from '../../packages/server/src/testing/a-wedding.ts'
import { aProgram, project } from '../e2e/a-program.ts'

const folder = path.join(project, 'examples')
// what Node made of the code that all of them share
const NODE_COMPILE_CACHE = path.join(project, 'node_modules/.cache/wedsync/compiled')
const said: Record<string, string[]> = {
  'detect-a-conflict.ts': [
    '^(high|critical), pending, found by the server$',
    '^cue: here "The band begins", there "Lights down"\\. .+',
    '^the place alone: null$',
  ],
  'explain-a-change.ts': [
    '^Kept the lead.s “The first dance” because the lead decides the title\\. .+ is in the list\\.$',
    '^the title, scalar@1: Kept the lead.s “The first dance” because the lead decides the title\\. .+ Asked again, the same: true$',
  ],
  'resolve-a-conflict.ts': [
    '^left-to-person: The change is handed in, and waits for somebody to decide\\.$',
    '^decided, client_won: This is decided, and everybody hears of it\\.$',
    '^the cue: The band begins$',
  ],
  'on-sync-completed.ts': ['^Saved on this phone$', '^sess_…: 2 shared, 0 conflicts, 0 errors$', '^Shared$'],
  'on-conflict-detected.ts': ['^resolved: title\\. .+', '^pending: cue\\. .+', '^Tom: Needs you$', '^Tom: Shared$'],
  'on-conflict-resolved.ts': [
    '^pending on the assistant’s phone$',
    '^cue is now "The band begins"$',
    '^client_won, decided by a person: Priya Hazel$',
  ],
  'on-change-failed.ts': [
    '^update of timeline_items: forbidden\\. This is not yours to change\\.$',
    '^Needs you$',
    '^Shared$',
  ],
  'react-hook.ts': [
    '^<button>Shared, 0 waiting</button>$',
    '^<button disabled="">Saved on this phone, 1 waiting</button>$',
    '^all shared: .*applied$',
    '^<button>Shared, 0 waiting</button>$',
    '^for the server 0 wait$',
  ],
}
// what the others begin with, no example of its own
const names = readdirSync(folder).filter((name) => name !== 'demo.ts' && name.endsWith('.ts'))

const ends: Record<string, { code: number | null; lines: string[] }> = {}
let close = () => Promise.resolve()
beforeAll(async () => {
  const { server } = await aWedding({ demoPeople: agency.accounts })
  const listening = await listen((request) => server.api.fetch(request), { host: '127.0.0.1', port: 0 })
  close = listening.close
  const left = [...names]
  const runner = async () => {
    for (let name = left.pop(); name; name = left.pop()) {
      const program = aProgram([process.execPath, path.join(folder, name), listening.address], { NODE_COMPILE_CACHE })
      const code = await program.ends()
      ends[name] = { code, lines: program.said().trim().split('\n') }
    }
  }
  await Promise.all([runner(), runner()])
}, 120_000)
afterAll(() => close())

test.each(names)('%s does what it says, as a developer runs it', (name) => {
  const { code, lines } = ends[name]!
  expect(lines).toEqual((said[name] ?? []).map((line) => expect.stringMatching(line) as string))
  expect(code).toBe(0)
})
