// Takes an empty database; fills it with the records of all devices and starts the floor's server on it.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { startChild, type Child } from '../child.ts'
import { recordId } from '../payload.ts'

export type Floor = Child

type FloorOptions = { databaseUrl: string; devices: number; recordsPerDevice: number }

const note =
  'Coordinate with the florist and the string quartet; guests enter from the garden side, ushers at both doors.'

export const startFloor = async ({ databaseUrl, devices, recordsPerDevice }: FloorOptions): Promise<Floor> => {
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  await admin.query(readFileSync(path.join(import.meta.dirname, 'schema.sql'), 'utf8'))
  for (let device = 0; device < devices; device += 1) {
    const ids = Array.from({ length: recordsPerDevice }, (_, nth) => recordId(device, nth))
    await admin.query(
      `insert into items (id, title, starts_at, status, notes, vendor_id, updated_at)
       select u.id, 'Step ' || u.nth, '2026-06-20T10:00Z'::timestamptz + u.nth % 600 * interval '1 min', 'planned', $2, gen_random_uuid(), u.nth
         from unnest($1::uuid[]) with ordinality u (id, nth)`,
      [ids, note],
    )
  }
  await admin.query('vacuum analyze')
  await admin.end()
  return await startChild(path.join(import.meta.dirname, 'serve-floor.ts'), { DATABASE_URL: databaseUrl })
}
