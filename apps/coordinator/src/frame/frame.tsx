// The frame of every screen of a wedding: the screen itself, and below it, where the thumb is, what can be taken back, the
// badge and the four tabs.
import { useLayoutEffect, type ReactNode } from 'react'
import { SyncBadge } from '../sync-badge/sync-badge.tsx'
import { type Wedding } from '../weddings/wedding-record.ts'
import { DayIcon, MoreIcon, NotesIcon, PeopleIcon } from './icons.tsx'
import { NewerVersion } from './newer-version.tsx'
import { UndoBar } from './undo-bar.tsx'
import { linkTo, type Tab } from './use-route.ts'

type Props = { wedding: Wedding; tab: Tab; children: ReactNode }

export const Frame = ({ wedding, tab, children }: Props) => {
  // another screen begins at its top, not where the last one was left; what newer browsers answer to that is not for React
  useLayoutEffect(() => {
    scrollTo(0, 0)
  }, [wedding.id, tab])
  return (
    <div className="frame">
      <main className="page">{children}</main>
      <div className="foot">
        <NewerVersion />
        <UndoBar />
        <SyncBadge wedding={wedding} />
        <nav className="tabs" aria-label="Screens">
          {shown.map(({ tab: one, label, icon: Drawing }) => (
            <a key={one} href={linkTo(wedding.id, one)} aria-current={one === tab ? 'page' : undefined}>
              <Drawing />
              {label}
            </a>
          ))}
        </nav>
      </div>
    </div>
  )
}

const shown = [
  { tab: 'day', label: 'Day', icon: DayIcon },
  { tab: 'people', label: 'People', icon: PeopleIcon },
  { tab: 'notes', label: 'Notes', icon: NotesIcon },
  { tab: 'more', label: 'More', icon: MoreIcon },
] as const
