// Signing in on the embedded demo: who the demo people are, and the token one of them gets.
import * as z from 'zod/mini'
import { Id } from './ids.ts'

export const roles = ['owner', 'planner', 'assistant', 'venue', 'vendor', 'couple', 'viewer'] as const
export type Role = (typeof roles)[number]

export const DemoPerson = z.object({
  email: z.string(),
  userId: Id,
  organizationId: Id,
  role: z.enum(roles),
  name: z.string(),
})
export type DemoPerson = z.output<typeof DemoPerson>
export const DemoPeople = z.array(DemoPerson)

export const DemoSignIn = z.object({ email: z.string().check(z.minLength(1), z.maxLength(320)) })

export const SignedIn = z.object({
  token: z.string(),
  user: z.object({ id: Id, organizationId: Id, role: z.enum(roles), name: z.string() }),
})
export type SignedIn = z.output<typeof SignedIn>
