// What version 1 said otherwise than version 2: an item began at `starts_at`, a task was done or was not, and a vendor was
// simply here, with no word for one who has set up.
import { bool, oneOf, renamed, respelled, type Step } from '@wedsync/merge'

export const version2: Step = {
  tables: {
    timeline_items: { starts_at: renamed('planned_start') },
    tasks: { done: respelled('status', bool(), [[false, 'open', 'doing'], [true, 'done']]) }, // prettier-ignore
    vendor_contacts: {
      arrival_status: respelled('arrival_status', oneOf('booked', 'on_the_way', 'here', 'gone', 'no_show'), [
        ['booked', 'booked', 'confirmed'],
        ['on_the_way', 'en_route'],
        ['here', 'arrived', 'set_up'],
        ['gone', 'done'],
        ['no_show', 'no_show'],
      ]),
    },
  },
}
