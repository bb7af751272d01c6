// Who comes today, in the order they are expected, and who is here.
import { useRecords, useSyncStatus } from '@wedsync/client/react'
import { useNow } from '../clock/use-now.ts'
import { wallTimeAt } from '../clock/venue-time.ts'
import { type Person } from '../sign-in/signed-in-person.ts'
import { Masthead } from '../frame/masthead.tsx'
import { type Wedding } from '../weddings/wedding-record.ts'
import { isHere } from './arrival-steps.ts'
import { VendorRow } from './vendor-row.tsx'
import { type VendorFields } from './vendor-record.ts'

const byArrival = ['arrival_from', 'company'] as const

export const Vendors = ({ wedding, person }: { wedding: Wedding; person: Person }) => {
  const vendors = useRecords<VendorFields>({ table: 'vendor_contacts', scope: wedding.id, sortBy: byArrival })
  const memberships = useRecords<{ user_id: string; person_id: string }>({ table: 'memberships' })
  const { isLoading } = useSyncStatus()
  const now = wallTimeAt(useNow(), wedding.time_zone)
  const personId = memberships.find(({ user_id }) => user_id === person.id)?.person_id
  const here = vendors.filter(({ arrival_status }) => isHere(arrival_status)).length
  return (
    <>
      <Masthead wedding={wedding} title="People">
        {vendors.length > 0 && `${here} of ${vendors.length} vendors are here`}
      </Masthead>
      {vendors.length === 0 ? (
        <p className="empty" role="status">
          {isLoading ? 'Fetching the vendors…' : 'No vendor is on the list yet.'}
        </p>
      ) : (
        <ul className="vendors" aria-label="Vendors">
          {vendors.map((vendor) => (
            <VendorRow key={vendor.id} vendor={vendor} now={now} role={person.role} personId={personId} />
          ))}
        </ul>
      )}
    </>
  )
}
