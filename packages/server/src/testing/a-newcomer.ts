// Takes a role; hands back somebody new who has it and works on the demo wedding, with a phone. For tests only.
import { randomUUID } from 'node:crypto'
import type { Role } from '@wedsync/protocol'
import { agency, aPhone, recordOf, type Phone, type Wedding } from './a-wedding.ts'

export type Newcomer = Phone & { personId: string; name: string; role: Role }

/** Takes a role; a vendor gets a contact of their own at the wedding, everybody but an owner is assigned to it. */
export const aNewcomer = async (
  wedding: Pick<Wedding, 'sql' | 'fetch'>,
  role: Role,
  name = `New ${role}`,
): Promise<Newcomer> => {
  const [userId, personId] = [randomUUID(), randomUUID()]
  const organizationId = agency.organization.id
  const { scope } = recordOf('timeline_items')
  await wedding.sql('insert into public.people (id, organization_id, name, role) values ($1, $2, $3, $4)', [
    ...[personId, organizationId, name, role],
  ])
  await wedding.sql(
    'insert into public.memberships (id, organization_id, user_id, person_id, role) values (gen_random_uuid(), $1, $2, $3, $4)',
    [organizationId, userId, personId, role],
  )
  if (role === 'vendor')
    await wedding.sql(
      'insert into public.vendor_contacts (id, organization_id, client_id, company, person_id) values (gen_random_uuid(), $1, $2, $3, $4)',
      [organizationId, scope, name, personId],
    )
  else if (role !== 'owner')
    await wedding.sql(
      'insert into public.assignments (id, organization_id, person_id, client_id) values (gen_random_uuid(), $1, $2, $3)',
      [organizationId, personId, scope],
    )
  return { ...aPhone({ fetch: wedding.fetch, userId, organizationId }), personId, name, role }
}
