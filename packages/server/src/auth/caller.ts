// Who is asking, as a verified token says. What they may do comes from the memberships in the database, never from here.

export type Caller = {
  userId: string
  organizationId: string
  /** The verified claims as the database is told them: `auth.uid()` reads `sub`. */
  claims: string
  /** When the token ends, in milliseconds since 1970: whatever outlives a request ends with it. Absent: there was none. */
  expiresAt?: number
}
