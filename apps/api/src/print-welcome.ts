// Takes the address and the API; prints where to go and, on a demo, who one may be.

export type DemoPerson = { email: string; role: string; name: string }

type Asks = { request: (path: string) => Response | Promise<Response> }

export const printWelcome = async (address: string, api: Asks, isDemo: boolean): Promise<void> => {
  console.log(`\nWedSync is at ${address}   (the API's own pages: ${address}/docs)`)
  const people = isDemo ? await findDemoPeople(api) : []
  if (people.length > 0) {
    console.log('\nSign in as one of the demo people; none needs a password:\n')
    const width = (key: 'role' | 'name') => Math.max(...people.map((person) => person[key].length))
    for (const { role, name, email } of people)
      console.log(`  ${role.padEnd(width('role'))}  ${name.padEnd(width('name'))}  ${email}`)
  }
  console.log('\nCtrl-C stops it.\n')
}

/** Asked as a browser would: what is printed is what works. */
const findDemoPeople = async (api: Asks): Promise<DemoPerson[]> => {
  const answer = await api.request('/api/auth/demo')
  return answer.ok ? ((await answer.json()) as DemoPerson[]) : []
}
