// Which fields a person's role may write, from the wedding's own declarations, so that a screen offers nothing that would
// be refused later. A courtesy: the answer that counts is given where the change arrives.
import { type timelineItem } from '@wedsync/wedding'

type Declared = Pick<typeof timelineItem, 'fields' | 'createdBy' | 'updatedBy' | 'writtenWhere'>
type Known = Readonly<Record<string, unknown>>

/** May this role change that field of a record? Without a record: of any. `personId` is who they are among the people. */
export const mayChange = (
  { fields, createdBy, updatedBy, writtenWhere }: Declared,
  role: string,
  field: string,
  record?: Known,
  personId?: string,
): boolean => {
  const declared = fields[field]
  if (!declared || declared.isFixed) return false
  if (updatedBy !== null && !updatedBy.includes(role)) return false
  if (!(declared.writers ?? createdBy).includes(role)) return false
  if (!record || writtenWhere.length === 0) return true
  return writtenWhere.some(
    ({ roles, where }) =>
      roles.includes(role) && (where.is === 'any' || (where.is === 'me' && record[where.field] === personId)),
  )
}

/** May this role add a record, and give it that field? */
export const mayAdd = ({ fields, createdBy }: Declared, role: string, field: string): boolean =>
  createdBy.includes(role) && (fields[field]?.writers ?? createdBy).includes(role)
