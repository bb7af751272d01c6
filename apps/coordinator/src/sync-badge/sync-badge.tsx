// Is my work safe? One of four words, with a shape and a count, always on the screen; a tap tells the rest.
import { useSyncStatus } from '@wedsync/client/react'
import { type StatusWord } from '@wedsync/client'
import { useState } from 'react'
import { BadgeIcon } from '../frame/icons.tsx'
import { type Wedding } from '../weddings/wedding-record.ts'
import { networkInWords } from './network-in-words.ts'
import { WaitingSheet } from './waiting-sheet.tsx'

export const SyncBadge = ({ wedding }: { wedding: Wedding }) => {
  const status = useSyncStatus()
  const [isOpen, setOpen] = useState(false)
  const count = status.word === 'Needs you' ? status.needsYou.length : status.waiting + status.kept
  return (
    <>
      <button
        className="badge"
        type="button"
        data-word={shapes[status.word]}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <BadgeIcon word={shapes[status.word]} />
        <span className="badge__word">
          {status.word}
          {count > 0 && ` · ${count}`}
        </span>
        <span className="badge__aside">{networkInWords(status)}</span>
      </button>
      {/* the word alone, so that a count running down is not read out */}
      <p className="unseen" role="status">
        {status.word}
      </p>
      {isOpen && <WaitingSheet wedding={wedding} onClose={() => setOpen(false)} />}
    </>
  )
}

const shapes = {
  'Saved on this phone': 'saved',
  Sending: 'sending',
  Shared: 'shared',
  'Needs you': 'needs-you',
} as const satisfies Record<StatusWord, string>
