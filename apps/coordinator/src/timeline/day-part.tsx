// A stretch of the day under its own small heading: what is next, what comes later, what comes after midnight.
import { type ReactNode } from 'react'
import { dayInWords, dayOf } from '../clock/venue-time.ts'
import { type StandingItem } from './as-it-stands.ts'

export type Row = (item: StandingItem) => ReactNode
type Props = { title: string; items: readonly StandingItem[]; row: Row }

export const DayPart = ({ title, items, row }: Props) =>
  items.length > 0 && (
    <section aria-label={title}>
      <h2 className="section-head">{title}</h2>
      <ol>{items.map((item) => row(item))}</ol>
    </section>
  )

/** A wedding ends after midnight: those items stand under their own day. */
export const LaterParts = ({ items, weddingDay, row }: Omit<Props, 'title'> & { weddingDay: string }) => {
  const isOnTheDay = ({ starts }: StandingItem) => starts === null || dayOf(starts) <= weddingDay
  const afterMidnight = items.filter((item) => !isOnTheDay(item))
  const nextDay = afterMidnight[0]?.starts
  return (
    <div>
      <DayPart title="Later" items={items.filter(isOnTheDay)} row={row} />
      {nextDay && <DayPart title={dayInWords(nextDay)} items={afterMidnight} row={row} />}
    </div>
  )
}
