// The head of every screen of a wedding: the day, the venue's own time, and one line that says how things stand.
import { dayInWords, timeOf, wallTimeAt } from '../clock/venue-time.ts'
import { useNow } from '../clock/use-now.ts'
import { type ReactNode } from 'react'
import { type Wedding } from '../weddings/wedding-record.ts'

type Props = { wedding: Wedding; title?: string; children?: ReactNode }

export const Masthead = ({ wedding, title, children }: Props) => {
  const now = wallTimeAt(useNow(), wedding.time_zone)
  return (
    <header className="masthead">
      <div className="masthead__line">
        <h1>{title ?? dayInWords(now)}</h1>
        <time className="masthead__clock" dateTime={now} aria-label={`${timeOf(now)} at the venue`}>
          {timeOf(now)}
        </time>
      </div>
      <p className="masthead__says">{children}</p>
    </header>
  )
}
