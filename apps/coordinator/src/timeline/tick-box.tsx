// The tick of one item, under the thumb. It shows the new state in the same frame as the tap, not after the store was
// written a blink later; if the store cannot keep it, it goes back.
import { useState } from 'react'
import { type TimelineRecord } from './timeline-record.ts'
import { type Tick } from './use-tick.ts'

export const TickBox = ({ item, onTick }: { item: TimelineRecord; onTick: Tick }) => {
  const [tapped, setTapped] = useState<{ from: TimelineRecord['status']; isDone: boolean } | null>(null)
  // the store has caught up, or somebody else moved it: from here on it speaks for itself
  if (tapped && tapped.from !== item.status) setTapped(null)

  const tap = async (): Promise<void> => {
    setTapped({ from: item.status, isDone: item.status !== 'done' })
    if (!(await onTick(item))) setTapped(null)
  }
  return (
    <label className="tick">
      <span className="unseen">{item.title}, done</span>
      <input type="checkbox" checked={tapped ? tapped.isDone : item.status === 'done'} onChange={() => void tap()} />
    </label>
  )
}
