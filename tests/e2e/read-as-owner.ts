// A third reader beside the phones: signs in as the owner and reads everything there is, straight from the API.
type Data = Record<string, unknown>
type Page = {
  serverChanges: { table: string; id: string; action: string; data?: Data | null }[]
  cursor: string
  hasMore: boolean
}

/** Of the wedding of today: others have items of the same title. */
export type Stored = { find: (table: string, field: string, value: string) => Data | undefined }

export const readAsOwner = async (address: string): Promise<Stored> => {
  const people = (await (await fetch(`${address}/api/auth/demo`)).json()) as { email: string; role: string }[]
  const signIn = await fetch(`${address}/api/auth/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: people.find(({ role }) => role === 'owner')!.email }),
  })
  const { token } = (await signIn.json()) as { token: string }

  const records = new Map<string, { table: string; data: Data }>()
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`
    const answer = await fetch(`${address}/api/offline/sync${query}`, { headers: { authorization: `Bearer ${token}` } })
    if (!answer.ok) throw new Error(`The owner could not read: ${answer.status} ${await answer.text()}`)
    const page = (await answer.json()) as Page
    for (const { table, id, data } of page.serverChanges)
      if (data) records.set(`${table} ${id}`, { table, data })
      else records.delete(`${table} ${id}`)
    cursor = page.hasMore ? page.cursor : null
  }
  const weddings = [...records.values()].filter(({ table }) => table === 'clients').map(({ data }) => data)
  weddings.sort((one, other) => (String(one['wedding_date']) < String(other['wedding_date']) ? -1 : 1))
  const today = [...records.values()].filter(({ data }) => data['client_id'] === weddings[0]?.['client_id'])
  return {
    find: (table, field, value) => today.find((record) => record.table === table && record.data[field] === value)?.data,
  }
}
