import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { Events } from '../events.ts'
import { answerError } from './answer-error.ts'

const failed: string[] = []
const events = { requestFailed: (_id: string, code: string) => failed.push(code) } as unknown as Events
const answersTo = async (thrown: Error) => {
  const api = new Hono()
  api.get('/', () => {
    throw thrown
  })
  api.onError((error, context) =>
    answerError(
      context,
      error,
      events,
      () => new Date('2026-06-20T12:00:00Z'),
      () => 0.5,
    ),
  )
  const response = await api.request('/')
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() }
}
const fromDatabase = (code: string) =>
  Object.assign(new Error('select secret from other_tenant: Key (title)=(Secret) exists'), {
    code,
    detail: 'Secret',
    routine: 'x',
  })

test.for(['40001', '40P01', '55P03', '57P01', '08006', '53300', '3D000', '57014', 'ECONNREFUSED'])(
  'a database that cannot just now is 503 and says when to come back: %s',
  async (code) => {
    const { status, retryAfter, text } = await answersTo(fromDatabase(code))
    expect([status, Number(retryAfter) > 0]).toEqual([503, true])
    expect(JSON.parse(text)).toMatchObject({ error: 'Service unavailable', code: 'unavailable' })
    expect(text).not.toMatch(/secret|select/i)
  },
)

test('what nobody expected is logged and told in one sentence, without its words', async () => {
  for (const thrown of [fromDatabase('42P01'), new TypeError('Secret is undefined')]) {
    const { status, text } = await answersTo(thrown)
    expect(status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ success: false, error: 'Internal error', code: 'internal' })
    expect(text).not.toMatch(/secret|select|\.ts:/i)
  }
  expect(failed.slice(-2)).toEqual(['internal', 'internal'])
})
