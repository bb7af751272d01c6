// One vendor: who it is, when they are expected, how to reach them, and how far they have come.
import { vendorContact } from '@wedsync/wedding'
import { timeOf } from '../clock/venue-time.ts'
import { Mark } from '../frame/mark.tsx'
import { PendingMark } from '../frame/pending-mark.tsx'
import { CallIcon, DownIcon, MessageIcon } from '../frame/icons.tsx'
import { mayChange } from '../rights/may-change.ts'
import { ArrivalControl, useMoveTo } from './arrival-control.tsx'
import { isHere, placeOf } from './arrival-steps.ts'
import { type VendorRecord } from './vendor-record.ts'

type Props = { vendor: VendorRecord; now: string; role: string; personId: string | undefined }

export const VendorRow = ({ vendor, now, role, personId }: Props) => {
  const phone = vendor.phones['mobile'] ?? Object.values(vendor.phones)[0]
  const mayMove = mayChange(vendorContact, role, 'arrival_status', vendor, personId)
  return (
    <li className="vendor">
      <div className="vendor__head">
        <div className="vendor__name">
          <h2>{vendor.company}</h2>
          <p>
            {vendor.category && <span>{vendor.category}</span>}
            <Expected vendor={vendor} now={now} />
            <PendingMark pending={vendor.pending} />
          </p>
        </div>
        {phone && (
          <>
            <a className="reach" href={`tel:${phone}`} aria-label={`Call ${vendor.contact_name ?? vendor.company}`}>
              <CallIcon />
            </a>
            <a className="reach" href={`sms:${phone}`} aria-label={`Message ${vendor.contact_name ?? vendor.company}`}>
              <MessageIcon />
            </a>
          </>
        )}
      </div>
      {vendor.arrival_status === 'no_show' ? (
        <p className="tone tone--lot">
          <Mark shape="peak" /> Did not come
        </p>
      ) : (
        <ArrivalControl vendor={vendor} mayMove={mayMove} />
      )}
      <MoreOf vendor={vendor} mayMove={mayMove} />
    </li>
  )
}

const Expected = ({ vendor, now }: { vendor: VendorRecord; now: string }) => {
  const { arrival_from, arrival_to, arrival_status } = vendor
  if (!arrival_from || !arrival_to) return null
  if (!isHere(arrival_status) && arrival_status !== 'no_show' && arrival_to < now)
    return (
      <span className="tone tone--little">
        <Mark shape="full" /> expected by {timeOf(arrival_to)}
      </span>
    )
  return (
    <span>
      {timeOf(arrival_from)} to {timeOf(arrival_to)}
    </span>
  )
}

const MoreOf = ({ vendor, mayMove }: { vendor: VendorRecord; mayMove: boolean }) => {
  const moveTo = useMoveTo(vendor)
  const facts: [string, string | null][] = [
    ['Contact', vendor.contact_name],
    ...Object.entries(vendor.phones).map(([label, number]): [string, string] => [label, number]),
    ['Load-in', vendor.load_in_notes],
    ['Meals', vendor.meal_count ? String(vendor.meal_count) : null],
  ]
  return (
    <details>
      <summary>
        More<span className="unseen"> about {vendor.company}</span> <DownIcon />
      </summary>
      <div className="vendor__more">
        <dl className="facts">
          {facts
            .filter(([, value]) => value)
            .map(([label, value]) => (
              <div className="facts__one" key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
        {mayMove && placeOf(vendor.arrival_status) !== 0 && (
          <button className="button" type="button" onClick={() => moveTo('booked')}>
            Put back to booked
          </button>
        )}
        {mayMove && !isHere(vendor.arrival_status) && vendor.arrival_status !== 'no_show' && (
          <button className="button" type="button" onClick={() => moveTo('no_show')}>
            Did not come
          </button>
        )}
      </div>
    </details>
  )
}
