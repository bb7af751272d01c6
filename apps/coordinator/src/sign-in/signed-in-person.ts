// Who is signed in on this phone, as it is kept there. What lies in the phone's storage is read with care: whatever does not
// have this shape counts as nobody.
export type Person = { id: string; organizationId: string; role: string; name: string }
export type SignedInPerson = { email: string; token: string | null; user: Person }

export const readSignedInPerson = (value: unknown): SignedInPerson | null => {
  if (!isRecord(value)) return null
  const { email, token, user } = value
  if (!isRecord(user)) return null
  const { id, organizationId, role, name } = user
  if (![email, id, organizationId, role, name].every((one) => typeof one === 'string')) return null
  return {
    email: email as string,
    token: typeof token === 'string' ? token : null,
    user: { id, organizationId, role, name } as Person,
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What a role does, in a few words for people. */
export const roleInWords = (role: string): string => words[role] ?? role

const words: Record<string, string> = {
  owner: 'Owner',
  planner: 'Planner',
  assistant: 'Assistant',
  venue: 'Venue',
  vendor: 'Vendor',
  couple: 'Couple',
  viewer: 'Guest of the team',
}
