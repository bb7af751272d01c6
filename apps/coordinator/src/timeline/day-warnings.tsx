// What does not fit on this day, above it all: fixed times that something runs into, and items that wait for one another.
import { Mark } from '../frame/mark.tsx'
import { type StandingItem } from './as-it-stands.ts'
import { warningInWords } from './overrun-in-words.ts'

const shownCount = 3

type Props = { overrun: readonly StandingItem[]; circles: readonly string[] }

export const DayWarnings = ({ overrun, circles }: Props) => {
  const says = [...overrun.map(warningInWords), ...circles]
  if (says.length === 0) return null
  const more = says.length - shownCount
  return (
    <div className="notice notice--brick warnings" role="status">
      <span className="tone tone--lot">
        <Mark shape="peak" /> {says.length === 1 ? 'This does not fit' : 'These do not fit'}
      </span>
      <ul>
        {says.slice(0, shownCount).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {more > 0 && <li>And {more} more, marked below.</li>}
      </ul>
    </div>
  )
}
