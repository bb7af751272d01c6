// Names behind ids: who looks after an item, which vendor it is, and who the signed-in person is among the people.
import { useRecords } from '@wedsync/client/react'
import { useMemo } from 'react'

export type Names = {
  personOf: (id: string | null | undefined) => string | null
  vendorOf: (id: string | null | undefined) => string | null
}

/** The names of a wedding's people and vendors, as far as this person sees them. */
export const useNames = (weddingId: string): Names => {
  const people = useRecords<{ name: string }>({ table: 'people' })
  const vendors = useRecords<{ company: string }>({ table: 'vendor_contacts', scope: weddingId })
  return useMemo(() => {
    const personById = new Map(people.map(({ id, name }) => [id, name]))
    const vendorById = new Map(vendors.map(({ id, company }) => [id, company]))
    return {
      personOf: (id) => personById.get(id ?? '') ?? null,
      vendorOf: (id) => vendorById.get(id ?? '') ?? null,
    }
  }, [people, vendors])
}
