// A vendor at a wedding as the local store shows it.
import { type ShownRecord } from '@wedsync/client'
import { type ArrivalStep } from './arrival-steps.ts'

export type VendorFields = {
  company: string
  category: string | null
  contact_name: string | null
  phones: Record<string, string>
  arrival_from: string | null
  arrival_to: string | null
  arrival_status: ArrivalStep
  load_in_notes: string | null
  meal_count: number | null
  person_id: string | null
}

export type VendorRecord = ShownRecord<VendorFields>
