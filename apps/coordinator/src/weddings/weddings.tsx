// From the door to a wedding: the one in the address, else the one opened last, else the only one; a list where there is
// a choice.
import { useRecords, useSyncStatus } from '@wedsync/client/react'
import { useEffect, useState } from 'react'
import { ToDecide } from '../conflicts/to-decide.tsx'
import { Frame } from '../frame/frame.tsx'
import { useRoute, type Tab } from '../frame/use-route.ts'
import { More } from '../more/more.tsx'
import { Notes } from '../notes/notes.tsx'
import { type Person } from '../sign-in/signed-in-person.ts'
import { RunSheet } from '../timeline/run-sheet.tsx'
import { Vendors } from '../vendors/vendors.tsx'
import { WeddingList } from './wedding-list.tsx'
import { type Wedding, type WeddingFields } from './wedding-record.ts'

const lastKey = 'wedsync.last-wedding'

export const Weddings = ({ person }: { person: Person }) => {
  const { weddingId, tab } = useRoute()
  const { isLoading } = useSyncStatus()
  const weddings = useRecords<WeddingFields>({ table: 'clients', sortBy: 'wedding_date' })
  // only at the start: later, no wedding in the address means that the list is wanted
  const [openedLast] = useState(() => (weddingId === null ? localStorage.getItem(lastKey) : null))
  const [isChoosing, setChoosing] = useState(false)
  if (weddingId !== null && !isChoosing) setChoosing(true)

  const wanted = weddingId ?? (isChoosing ? null : openedLast)
  const wedding = weddings.find(({ id }) => id === wanted) ?? (weddings.length === 1 ? weddings[0] : undefined)

  useEffect(() => {
    if (wedding) localStorage.setItem(lastKey, wedding.id)
    document.title = wedding ? `${wedding.names} · WedSync` : 'WedSync'
  }, [wedding])

  if (!wedding) return <WeddingList weddings={weddings} isLoading={isLoading} />
  return (
    <Frame wedding={wedding} tab={tab}>
      <Screen key={`${wedding.id} ${tab}`} wedding={wedding} tab={tab} person={person} />
    </Frame>
  )
}

const Screen = ({ wedding, tab, person }: { wedding: Wedding; tab: Tab; person: Person }) => {
  if (tab === 'people') return <Vendors wedding={wedding} person={person} />
  if (tab === 'notes') return <Notes wedding={wedding} person={person} />
  if (tab === 'decide') return <ToDecide wedding={wedding} person={person} />
  if (tab === 'more') return <More wedding={wedding} person={person} />
  return <RunSheet wedding={wedding} person={person} />
}
