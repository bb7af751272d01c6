// The eye that looks for what nobody should be shown finds every canary wherever it stands, and takes nothing else for one.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createCoins, tokensIn, wordsIn } from './canaries.ts'

const coins = createCoins()
const kinds = ['word', 'amount', 'phone', 'day', 'wall', 'moment', 'id'] as const

test.each(kinds)('a canary of the kind %s is found in an answer, and inside a cursor', (kind) => {
  const made = coins[kind]()
  const plain = JSON.stringify({ rows: [{ id: 'a', [kind]: made }] })
  const token = [...tokensIn(plain)]
  expect(token).toHaveLength(1)
  expect(String(made)).toContain(token[0])
  expect([...tokensIn(`{"cursor":"${Buffer.from(plain).toString('base64url')}"}`)]).toEqual(token)
})

test('a digest that happens to look like an amount is none', () => {
  expect([...tokensIn('sha-256=31bb24fe552011ec913712180143f3cd8f9f913700000017d0ebb3e5e542')]).toEqual([])
  expect([...tokensIn('sha-256=913700000017552011eccf3cd8f9fd0ebb3e5e54240307a1ccaa422343fe7485')]).toEqual([])
  for (let nth = 0; nth < 20_000; nth++) {
    const digest = createHash('sha256').update(String(nth)).digest()
    const header = `sha-256=${digest.toString('hex')} ${digest.toString('base64url')}`
    expect([...tokensIn(header)], header).toEqual([])
  }
})

test('the words of a row are all found', () => {
  const [one, other] = [coins.word(), coins.word()]
  expect(wordsIn(JSON.stringify({ title: one, cue: null, notes: `${other}, twice: ${other}` }))).toEqual([one, other, other]) // prettier-ignore
})
