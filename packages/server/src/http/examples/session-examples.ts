// Examples of a cookie session: opened with a token, asked for again after a reload, ended.
import { at, ids, type Example } from './example.ts'

const session = {
  ...{ success: true, csrfToken: 'kq3m9PzG0f1mJ7y0i8a2V6n4w5x1c3b7d9e0f2g4h6i', expiresAt: at },
  user: { id: ids.user, organizationId: ids.organization, role: 'planner', name: 'Priya Hazel' },
}

export const sessionOpenExamples: Example[] = [{ shows: 'A token is traded for a cookie', answer: session }]

export const sessionReadExamples: Example[] = [{ shows: 'A page was loaded again', withSession: true, answer: session }]

export const sessionEndExamples: Example[] = [{ shows: 'Signing out', withSession: true, answer: { success: true } }]
