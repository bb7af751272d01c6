// What lies behind, folded away; it says how many nobody ticked, because those may still want a look.
import { DownIcon } from '../frame/icons.tsx'
import { Mark } from '../frame/mark.tsx'
import { type StandingItem } from './as-it-stands.ts'
import { type Row } from './day-part.tsx'

type Props = {
  items: readonly StandingItem[]
  untickedCount: number
  row: Row
}

export const EarlierItems = ({ items, untickedCount, row }: Props) => {
  const closed = items.length - untickedCount
  return (
    <details className="earlier">
      <summary>
        <span>
          Earlier{closed > 0 && ` · ${closed} done`}
          {untickedCount > 0 && (
            <>
              {' · '}
              <span className="tone tone--little">
                <Mark shape="full" /> {untickedCount} not ticked
              </span>
            </>
          )}
        </span>
        <DownIcon />
      </summary>
      <ol aria-label="Earlier">{items.map((item) => row(item))}</ol>
    </details>
  )
}
