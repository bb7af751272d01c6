// Says of a record that it is only here yet, or that somebody has to look. Nothing is said of what everyone has.
import { type Pending } from '@wedsync/client'
import { Mark } from './mark.tsx'

export const PendingMark = ({ pending }: { pending: Pending }) => {
  if (pending === 'none') return null
  return pending === 'waiting' ? (
    <span className="tone tone--little">
      <Mark shape="dot" /> saved here
    </span>
  ) : (
    <span className="tone tone--lot">
      <Mark shape="peak" /> waits for the planner
    </span>
  )
}
