// The wedding the examples of the document speak of, in a database: its people, a run sheet item, somebody who may ask.
// For tests only.
import { ids } from '../http/examples/example.ts'
import { agency, aPhone, aToken, type Wedding } from './a-wedding.ts'

export const theExampleWorld = async (wedding: Wedding) => {
  const organizationId = agency.organization.id
  const run = (text: string, ...values: unknown[]) => wedding.sql(text, [organizationId, ...values])
  await run(
    `insert into public.people (organization_id, id, name, role) values ($1, $2, 'Priya Hazel', 'planner')`,
    ids.person,
  )
  await run(
    `insert into public.memberships (organization_id, id, user_id, person_id, role) values ($1, gen_random_uuid(), $2, $3, 'planner')`,
    ...[ids.user, ids.person],
  )
  await run(
    `insert into public.clients (organization_id, id, names, wedding_date, time_zone) values ($1, $2, 'Ann & Ben', '2026-06-20', 'Europe/London')`,
    ids.wedding,
  )
  await run(
    `insert into public.assignments (organization_id, id, person_id, client_id) values ($1, gen_random_uuid(), $2, $3)`,
    ...[ids.person, ids.wedding],
  )
  await run(
    `insert into public.timeline_items (organization_id, id, client_id, title, planned_start) values ($1, $2, $3, 'Speeches', '2026-06-20T16:00')`,
    ...[ids.item, ids.wedding],
  )
  // two things that wait for a person, one of them harmless, and two changes that failed
  const phone = aPhone({ fetch: wedding.fetch, userId: ids.user, organizationId })
  const item = { action: 'update', table: 'timeline_items', id: ids.item }
  await phone.sends([
    {
      ...item,
      changeId: ids.contested,
      data: { planned_start: '2026-06-20T16:15' },
      base: { planned_start: '2026-06-20T15:45' },
    },
    {
      ...item,
      changeId: ids.harmless,
      data: { public_note: 'Bring the ladder' },
      base: { public_note: 'Bring a torch' },
    },
    { ...item, changeId: ids.failed, table: 'timeline', data: { title: 'Speeches' } },
    { ...item, changeId: ids.unwanted, table: 'timeline', data: { title: 'Toasts' } },
  ])
  const claims = { sub: ids.user, role: 'authenticated', app_metadata: { organization_id: organizationId } }
  return {
    token: await aToken(claims),
    phone,
  }
}
