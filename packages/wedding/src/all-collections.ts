// Every table of a wedding, parents before children: the order in which records can be written.
import { collections, type Collection } from '@wedsync/merge'
import { assignment } from './assignment.ts'
import { client } from './client.ts'
import { membership } from './membership.ts'
import { note } from './note.ts'
import { person } from './person.ts'
import { timelineItem } from './timeline-item.ts'
import { vendorContact } from './vendor-contact.ts'

export const allCollections: readonly Collection[] = collections([
  person,
  membership,
  client,
  assignment,
  vendorContact,
  timelineItem,
  note,
])
