// Takes an empty database and how the devices are spread over organizations; brings it up to date, fills it with as many
// weddings as devices, and starts the product's API on it. Hands back where it is, and who each device is.
import { createHmac, randomBytes } from 'node:crypto'
import path from 'node:path'
import pg from 'pg'
import { migrate } from '@wedsync/postgres'
import { startChild, type Child } from './child.ts'
import { idOf, recordId } from './payload.ts'

export type Ours = Child & {
  /** A bearer token of the device's person. */
  tokenFor: (device: number) => string
  /** The ids of the records that are this device's to edit. */
  recordsFor: (device: number) => string[]
}

type OursOptions = { databaseUrl: string; organizations: number; devices: number; recordsPerDevice: number }

const migrations = path.resolve(import.meta.dirname, '../supabase/migrations')

export const startOurs = async (options: OursOptions): Promise<Ours> => {
  const { databaseUrl, organizations, recordsPerDevice } = options
  const secret = randomBytes(32).toString('hex')
  await migrate(databaseUrl, migrations)
  await load(options)
  const child = await startChild(path.join(import.meta.dirname, 'serve-ours.ts'), {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: secret,
    WEDSYNC_DEMO: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'fatal',
    PORT: '0',
  })
  return {
    ...child,
    tokenFor: (device) => tokenOf(idOf(`user ${device}`), idOf(`organization ${device % organizations}`), secret),
    recordsFor: (device) => Array.from({ length: recordsPerDevice }, (_, nth) => recordId(device, nth)),
  }
}

/** One planner, one wedding and its run sheet for each device. */
const load = async ({ databaseUrl, organizations, devices, recordsPerDevice }: OursOptions): Promise<void> => {
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  const put = (table: string, rows: object[]) =>
    admin.query('select sync.load_records($1, $2::jsonb)', [table, JSON.stringify(rows)])

  await put(
    'organizations',
    Array.from({ length: organizations }, (_, nth) => ({ id: idOf(`organization ${nth}`), name: `Agency ${nth}` })),
  )
  for (let device = 0; device < devices; device += 1) {
    const organization_id = idOf(`organization ${device % organizations}`)
    const person_id = idOf(`person ${device}`)
    const client_id = idOf(`wedding ${device}`)
    const wedding = { names: `Couple ${device}`, wedding_date: '2026-06-20', time_zone: 'Europe/London' }
    await put('people', [
      { id: person_id, organization_id, name: `Planner ${device}`, role: 'planner', contact_kind: 'employee' },
    ])
    await put('memberships', [
      {
        id: idOf(`membership ${device}`),
        organization_id,
        user_id: idOf(`user ${device}`),
        person_id,
        role: 'planner',
      },
    ])
    await put('clients', [{ id: client_id, organization_id, ...wedding }])
    await put('assignments', [
      { id: idOf(`assignment ${device}`), organization_id, person_id, client_id, is_lead: true },
    ])
    await put(
      'timeline_items',
      Array.from({ length: recordsPerDevice }, (_, nth) => itemOf(device, nth, organization_id, client_id)),
    )
  }
  await admin.query('vacuum analyze')
  await admin.end()
}

const itemOf = (device: number, nth: number, organization_id: string, client_id: string): object => ({
  ...{ id: recordId(device, nth), organization_id, client_id },
  title: `Step ${nth}`,
  planned_start: `2026-06-20T${String(10 + (nth % 10)).padStart(2, '0')}:${String(nth % 60).padStart(2, '0')}`,
  location: 'Garden',
  public_note:
    'Coordinate with the florist and the string quartet; guests enter from the garden side, ushers at both doors.',
  internal_note: 'Ask Ana about the arch',
  guest_visible: true,
})

/** HS256, with the claims Supabase's tokens carry. */
const tokenOf = (userId: string, organizationId: string, secret: string): string => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + 24 * 3600
  const claims = {
    sub: userId,
    role: 'authenticated',
    aud: 'authenticated',
    app_metadata: { organization_id: organizationId },
    exp,
  }
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
