// Every table of a wedding, parents before children: the order in which records can be written.
import { collections, type Collection } from '@wedsync/merge'
import { assignment } from './assignment.ts'
import { client } from './client.ts'
import { document } from './document.ts'
import { form } from './form.ts'
import { formResponse } from './form-response.ts'
import { guest } from './guest.ts'
import { membership } from './membership.ts'
import { note } from './note.ts'
import { payment } from './payment.ts'
import { paymentEntry } from './payment-entry.ts'
import { person } from './person.ts'
import { seatAssignment } from './seat-assignment.ts'
import { shotListItem } from './shot-list-item.ts'
import { table } from './table.ts'
import { task } from './task.ts'
import { timelineDependency } from './timeline-dependency.ts'
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
  timelineDependency,
  guest,
  table,
  seatAssignment,
  task,
  form,
  formResponse,
  payment,
  paymentEntry,
  shotListItem,
  document,
])
