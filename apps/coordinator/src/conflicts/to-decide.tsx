// What waits for this person to decide: what is small in one go, the rest one by one, the gravest first. Works with no signal: a
// decision is saved on this phone like any edit.
import { isHarmless, type ShownConflict } from '@wedsync/client'
import { useSyncStatus } from '@wedsync/client/react'
import { useState } from 'react'
import { Masthead } from '../frame/masthead.tsx'
import { type Person } from '../sign-in/signed-in-person.ts'
import { type Wedding } from '../weddings/wedding-record.ts'
import { type Choice } from './choice-in-words.ts'
import { ConflictCard } from './conflict-card.tsx'
import { DecideSheet } from './decide-sheet.tsx'
import { HarmlessBar } from './harmless-bar.tsx'
import { useToDecide } from './use-to-decide.ts'

/** What is asked once more before it is done: these, as they were seen then, whatever moves meanwhile. */
type Asked = { conflicts: readonly ShownConflict[]; choice: Choice }

export const ToDecide = ({ wedding, person }: { wedding: Wedding; person: Person }) => {
  const { shown, open } = useToDecide(wedding.id)
  const { isLoading } = useSyncStatus()
  const [asked, setAsked] = useState<Asked | null>(null)
  const ask = (conflicts: readonly ShownConflict[], choice: Choice) => setAsked({ conflicts, choice })
  return (
    <>
      <Masthead wedding={wedding} title="To decide">
        {open.length > 0 && (open.length === 1 ? 'One thing waits for you' : `${open.length} things wait for you`)}
      </Masthead>
      <HarmlessBar conflicts={open.filter(isHarmless)} onChoose={ask} />
      {shown.length === 0 ? (
        <p className="empty" role="status">
          {isLoading ? 'Fetching what waits…' : 'Nothing waits for you to decide.'}
        </p>
      ) : (
        <ul className="stack decide" aria-label="To decide">
          {shown.map((conflict) => (
            <ConflictCard key={conflict.id} conflict={conflict} person={person} onChoose={ask} />
          ))}
        </ul>
      )}
      {asked && <DecideSheet {...asked} onClose={() => setAsked(null)} />}
    </>
  )
}
