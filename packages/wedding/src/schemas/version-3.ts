// What version 2 said otherwise than version 3: an item could not be skipped and had a colour, a vendor had one phone, nobody
// marked key moments or asked guests what they need, and there were no documents.
import { added, oneLabel, oneOf, removed, respelled, text, type Step } from '@wedsync/merge'

export const version3: Step = {
  newTables: ['documents'],
  tables: {
    timeline_items: {
      key_moment: added,
      colour: removed(text({ max: 20 })),
      // a skipped item is shown as one that is still to come, lest anybody believe it was done; nobody who sees it so has
      // seen that it was skipped
      status: respelled(
        'status',
        oneOf('planned', 'started', 'done'),
        [
          ['planned', 'planned', 'ready'],
          ['started', 'started'],
          ['done', 'done'],
        ],
        { shown: [['planned', 'skipped']] },
      ),
    },
    vendor_contacts: { phone: oneLabel('phones', 'mobile') },
    guests: { accessibility: added },
  },
}
