// The floor's server: node:http, zod, pg, and one call of one SQL function. Takes a batch; answers what became of it.
// No sign-in, no rights, no news: the least that still refuses nonsense, applies once and notices a conflict.
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import * as z from 'zod'

/** About four a core, as in the product. */
const poolSize = 8

const Batch = z.object({
  deviceId: z.string().min(1),
  changes: z
    .array(
      z.object({
        changeId: z.uuid(),
        table: z.enum(['items']),
        recordId: z.uuid(),
        op: z.enum(['create', 'update', 'delete']),
        baseVersion: z.int().min(0),
        fields: z.object({
          title: z.string().max(200).optional(),
          starts_at: z.iso.datetime().optional(),
          status: z.enum(['planned', 'confirmed', 'in_progress', 'done']).optional(),
          notes: z.string().max(4000).optional(),
          vendor_id: z.uuid().optional(),
          updated_at: z.int().optional(),
        }),
      }),
    )
    .max(50),
})

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: poolSize })
pool.on('error', () => undefined)

const answer = async (body: string): Promise<[number, string]> => {
  const { success, data } = Batch.safeParse(JSON.parse(body))
  if (!success) return [400, '{"error":"Validation failed"}']
  const query = {
    name: 'batch',
    text: 'select apply_batch($1)::text as answer',
    values: [JSON.stringify(data.changes)],
  }
  const { rows } = await pool.query<{ answer: string }>(query)
  return [200, rows[0]!.answer]
}

const server = http.createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    answer(Buffer.concat(parts).toString('utf8'))
      .catch((error: unknown): [number, string] => [500, JSON.stringify({ error: String(error) })])
      .then(([status, text]) => {
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        response.end(text)
      }, console.error)
  })
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.once('SIGTERM', () => process.exit(0))
