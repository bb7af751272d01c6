// What version 0 said otherwise than version 1: a vendor had a name, notes had no priority, and nobody listed shots.
import { added, renamed, type Step } from '@wedsync/merge'

export const version1: Step = {
  newTables: ['shot_list_items'],
  tables: {
    vendor_contacts: { name: renamed('company') },
    notes: { priority: added },
  },
}
