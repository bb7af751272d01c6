// Who is asking, as a verified token or a cookie session says. What they may do comes from the memberships in the
// database, never from here.

export type Caller = {
  userId: string
  organizationId: string
  /** The verified claims as the database is told them: `auth.uid()` reads `sub`. */
  claims: string
  /** Seconds since 1970 at which what identified them ends; absent for nobody. */
  until?: number
  /** Only for who came with a cookie: what their page has to repeat to change something, hashed. */
  csrfHash?: Buffer
}

/** `until`: absent for whom the server itself tries something again. */
export const callerFor = (userId: string, organizationId: string, until?: number): Caller => ({
  ...{ userId, organizationId, ...(until !== undefined && { until }) },
  claims: JSON.stringify({
    sub: userId,
    role: 'authenticated',
    app_metadata: { organization_id: organizationId },
  }),
})
