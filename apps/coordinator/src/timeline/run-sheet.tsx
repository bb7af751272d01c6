// The day: what is now, what is next, what comes later, and whether we are on time. Reads the local store and nothing else.
import { useSyncStatus } from '@wedsync/client/react'
import { timelineItem } from '@wedsync/wedding'
import { useState } from 'react'
import { useNow } from '../clock/use-now.ts'
import { wallTimeAt } from '../clock/venue-time.ts'
import { Masthead } from '../frame/masthead.tsx'
import { mayChange } from '../rights/may-change.ts'
import { type Person } from '../sign-in/signed-in-person.ts'
import { type Wedding } from '../weddings/wedding-record.ts'
import { arrangeDay, standingOf } from './arrange-day.ts'
import { type StandingItem } from './as-it-stands.ts'
import { DayPart, LaterParts, type Row } from './day-part.tsx'
import { DayWarnings } from './day-warnings.tsx'
import { EarlierItems } from './earlier-items.tsx'
import { EditItemSheet } from './edit-item-sheet.tsx'
import { ItemRow } from './item-row.tsx'
import { NowCard } from './now-card.tsx'
import { StandingWords } from './standing-words.tsx'
import { useDay } from './use-day.ts'
import { useNames } from './use-names.ts'
import { useTick } from './use-tick.ts'

export const RunSheet = ({ wedding, person }: { wedding: Wedding; person: Person }) => {
  const { items, circles, foretell } = useDay(wedding)
  const { isLoading } = useSyncStatus()
  const now = wallTimeAt(useNow(), wedding.time_zone)
  const names = useNames(wedding.id)
  const tick = useTick()
  const [openId, setOpenId] = useState<string | null>(null)

  const day = arrangeDay(items, now)
  const [current, ...alsoRunning] = day.now
  const opened = items.find(({ id }) => id === openId)
  const forBoth = {
    onOpen: ({ id }: StandingItem) => setOpenId(id),
    onTick: mayChange(timelineItem, person.role, 'status') ? tick : undefined,
  }
  const row: Row = (item) => (
    <ItemRow
      key={item.id}
      item={item}
      owner={names.shortOf(item.owner_id)}
      isPast={day.earlier.includes(item)}
      {...forBoth}
    />
  )
  return (
    <>
      <Masthead wedding={wedding}>
        {wedding.venue_name ?? wedding.names} · <StandingWords standing={standingOf(items, now, wedding.time_zone)} />
      </Masthead>
      {items.length === 0 && (
        <p className="empty" role="status">
          {isLoading ? 'Fetching the plan…' : 'Nothing is planned yet.'}
        </p>
      )}
      <DayWarnings overrun={items.filter((item) => item.overrun && !day.earlier.includes(item))} circles={circles} />
      <div className="day">
        <div className="day__near">
          {day.earlier.length > 0 && <EarlierItems items={day.earlier} untickedCount={day.untickedCount} row={row} />}
          {current && (
            <section aria-labelledby="now">
              <h2 className="section-head" id="now">
                Now
              </h2>
              <NowCard
                item={current}
                now={now}
                zone={wedding.time_zone}
                owner={names.shortOf(current.owner_id)}
                mayMove={mayChange(timelineItem, person.role, 'planned_start')}
                {...forBoth}
              />
              {alsoRunning.length > 0 && <ol aria-label="Still running">{alsoRunning.map(row)}</ol>}
            </section>
          )}
          <DayPart title="Next" items={day.next} row={row} />
        </div>
        <LaterParts items={day.later} weddingDay={wedding.wedding_date} row={row} />
      </div>
      {opened && (
        <EditItemSheet
          key={opened.id}
          item={opened}
          role={person.role}
          names={names}
          foretell={foretell}
          onClose={() => setOpenId(null)}
        />
      )}
    </>
  )
}
