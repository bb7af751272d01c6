// A wedding as the local store shows it; its id is the scope of everything in it.
import { type ShownRecord } from '@wedsync/client'

export type WeddingFields = {
  names: string
  wedding_date: string
  time_zone: string
  venue_name: string | null
  venue_address?: string | null
  curfew?: string | null
}

export type Wedding = ShownRecord<WeddingFields>
