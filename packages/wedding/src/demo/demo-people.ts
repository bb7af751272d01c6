// The company of the demo and the people who sign in: an owner, a planner, an assistant and a vendor.
import { type DemoPerson, type JsonObject } from '@wedsync/protocol'
import { demoId } from './demo-ids.ts'

export const demoOrganization = { id: demoId('organization'), name: 'Hazel & Thorn Weddings' } as const

/** Those who can sign in on the demo; the planner leads the wedding. */
export const demoAccounts: readonly DemoPerson[] = [
  account('owner', 'Margaret Thorn', 'margaret@hazelandthorn.example.com'),
  account('planner', 'Priya Hazel', 'priya@hazelandthorn.example.com'),
  account('assistant', 'Tom Ashworth', 'tom@hazelandthorn.example.com'),
  account('vendor', 'Rosa Bellamy', 'rosa@bellamyflowers.example.com'),
]

function account(role: DemoPerson['role'], name: string, email: string): DemoPerson {
  return { email, userId: demoId(`user ${role}`), organizationId: demoOrganization.id, role, name }
}

/** The id of the person behind an account or a name of the run sheet. */
export const personId = (role: string): string => demoId(`person ${role}`)

/** People in wire form, with id and organization. */
export const demoPeople = (): JsonObject[] => [
  ...demoAccounts.map(({ role, name }) => person(role, name, role, role === 'vendor' ? 'vendor' : 'employee')),
  person('bride', 'Amelia Whitfield', 'viewer', 'couple'),
  person('groom', 'James Okafor', 'viewer', 'couple'),
  person('best man', 'Daniel Okafor', 'viewer', 'family'),
  person('maid of honour', 'Sophie Whitfield', 'viewer', 'family'),
  person('father', 'Richard Whitfield', 'viewer', 'family'),
  person('house', 'Helen Marsh', 'viewer', 'venue'),
]

const person = (key: string, name: string, role: string, kind: string): JsonObject => ({
  id: personId(key),
  organization_id: demoOrganization.id,
  name,
  role,
  contact_kind: kind,
})

export const demoMemberships = (): JsonObject[] =>
  demoAccounts.map(({ role, userId }) => ({
    id: demoId(`membership ${role}`),
    organization_id: demoOrganization.id,
    user_id: userId,
    person_id: personId(role),
    role,
  }))

/** The planner leads the wedding, the assistant is there with them. */
export const demoAssignments = (clientId: string): JsonObject[] =>
  (['planner', 'assistant'] as const).map((role) => ({
    id: demoId(`assignment ${role}`),
    organization_id: demoOrganization.id,
    person_id: personId(role),
    client_id: clientId,
    is_lead: role === 'planner',
  }))
