// What lies behind, folded away; it says how many nobody ticked, because those may still want a look.
import { type ReactNode } from 'react'
import { DownIcon } from '../frame/icons.tsx'
import { type TimelineRecord } from './timeline-record.ts'

type Props = {
  items: readonly TimelineRecord[]
  untickedCount: number
  row: (item: TimelineRecord, isPast: boolean) => ReactNode
}

export const EarlierItems = ({ items, untickedCount, row }: Props) => {
  const closed = items.length - untickedCount
  return (
    <details className="earlier">
      <summary>
        <span>
          Earlier ·{' '}
          {[closed > 0 && `${closed} done`, untickedCount > 0 && `${untickedCount} not ticked`]
            .filter(Boolean)
            .join(', ')}
        </span>
        <DownIcon />
      </summary>
      <ol aria-label="Earlier">{items.map((item) => row(item, true))}</ol>
    </details>
  )
}
