// Names behind ids: who looks after an item, which vendor it is, and who the signed-in person is among the people.
import { useRecords } from '@wedsync/client/react'
import { useMemo } from 'react'

type NameOf = (id: string | null | undefined) => string | null
/** `shortOf`: the first name, where nobody else has it. */
export type Names = { personOf: NameOf; shortOf: NameOf; vendorOf: NameOf }

/** The names of a wedding's people and vendors, as far as this person sees them. */
export const useNames = (weddingId: string): Names => {
  const people = useRecords<{ name: string }>({ table: 'people' })
  const vendors = useRecords<{ company: string }>({ table: 'vendor_contacts', scope: weddingId })
  return useMemo(() => {
    const personById = new Map(people.map(({ id, name }) => [id, name]))
    const firstNames = people.map(({ name }) => firstNameIn(name))
    const firstNameOf = (name: string) =>
      firstNames.filter((one) => one === firstNameIn(name)).length === 1 ? firstNameIn(name) : name
    const vendorById = new Map(vendors.map(({ id, company }) => [id, company]))
    return {
      personOf: (id) => personById.get(id ?? '') ?? null,
      shortOf: (id) => {
        const name = personById.get(id ?? '')
        return name === undefined ? null : firstNameOf(name)
      },
      vendorOf: (id) => vendorById.get(id ?? '') ?? null,
    }
  }, [people, vendors])
}

const firstNameIn = (name: string): string => name.split(' ')[0] ?? name
