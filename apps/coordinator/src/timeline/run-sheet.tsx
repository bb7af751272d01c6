// The day: what is now, what is next, what comes later, and whether we are on time. Reads the local store and nothing else.
import { useRecords, useSyncStatus } from '@wedsync/client/react'
import { timelineItem } from '@wedsync/wedding'
import { useState } from 'react'
import { useNow } from '../clock/use-now.ts'
import { dayInWords, dayOf, wallTimeAt } from '../clock/venue-time.ts'
import { mayChange } from '../rights/may-change.ts'
import { type Person } from '../sign-in/signed-in-person.ts'
import { type Wedding } from '../weddings/wedding-record.ts'
import { arrangeDay, standingOf } from './arrange-day.ts'
import { EarlierItems } from './earlier-items.tsx'
import { EditItemSheet } from './edit-item-sheet.tsx'
import { ItemRow } from './item-row.tsx'
import { Masthead } from './masthead.tsx'
import { NowCard } from './now-card.tsx'
import { runningOrder, type TimelineFields, type TimelineRecord } from './timeline-record.ts'
import { useNames } from './use-names.ts'
import { useTick } from './use-tick.ts'

export const RunSheet = ({ wedding, person }: { wedding: Wedding; person: Person }) => {
  const items = useRecords<TimelineFields>({ table: 'timeline_items', scope: wedding.id, sortBy: runningOrder })
  const { isLoading } = useSyncStatus()
  const now = wallTimeAt(useNow(), wedding.time_zone)
  const names = useNames(wedding.id)
  const tick = useTick()
  const [openId, setOpenId] = useState<string | null>(null)

  const day = arrangeDay(items, now)
  const standing = standingOf(items, now, wedding.time_zone)
  const onOpen = ({ id }: TimelineRecord) => setOpenId(id)
  const onTick = mayChange(timelineItem, person.role, 'status') ? tick : undefined
  const mayMove = mayChange(timelineItem, person.role, 'planned_start')
  const opened = items.find(({ id }) => id === openId)
  const row = (item: TimelineRecord, isPast = false) => (
    <ItemRow
      key={item.id}
      item={item}
      owner={names.personOf(item.owner_id)}
      isPast={isPast}
      onOpen={onOpen}
      onTick={onTick}
    />
  )
  const [current, ...alsoRunning] = day.now

  return (
    <>
      <Masthead wedding={wedding}>
        {wedding.venue_name ?? wedding.names} · <span className={`tone tone--${standing.tone}`}>{standing.says}</span>
      </Masthead>
      {items.length === 0 ? (
        <p className="empty" role="status">
          {isLoading ? 'Fetching the plan…' : 'Nothing is planned yet.'}
        </p>
      ) : (
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
                  owner={names.personOf(current.owner_id)}
                  onOpen={onOpen}
                  onTick={onTick}
                  mayMove={mayMove}
                />
                {alsoRunning.length > 0 && <ol aria-label="Still running">{alsoRunning.map((item) => row(item))}</ol>}
              </section>
            )}
            <Part title="Next" items={day.next} weddingDay={wedding.wedding_date} row={row} />
          </div>
          <div>
            <Part title="Later" items={day.later} weddingDay={wedding.wedding_date} row={row} />
          </div>
        </div>
      )}
      {opened && (
        <EditItemSheet key={opened.id} item={opened} role={person.role} names={names} onClose={() => setOpenId(null)} />
      )}
    </>
  )
}

type PartProps = {
  title: string
  items: readonly TimelineRecord[]
  weddingDay: string
  row: (item: TimelineRecord) => React.ReactNode
}

const Part = ({ title, items, weddingDay, row }: PartProps) => {
  if (items.length === 0) return null
  const onTheDay = items.filter((item) => item.planned_start === null || dayOf(item.planned_start) <= weddingDay)
  const afterMidnight = items.filter((item) => !onTheDay.includes(item))
  return (
    <section aria-label={title}>
      {onTheDay.length > 0 && <h2 className="section-head">{title}</h2>}
      <ol>{onTheDay.map((item) => row(item))}</ol>
      {afterMidnight.length > 0 && (
        <>
          <h2 className="section-head">{dayInWords(afterMidnight[0]!.planned_start!)}</h2>
          <ol>{afterMidnight.map((item) => row(item))}</ol>
        </>
      )}
    </section>
  )
}
