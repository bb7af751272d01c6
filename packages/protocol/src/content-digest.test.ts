import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { contentDigestOf, queryTextOf, streamDigestText } from './content-digest.ts'

test('a digest is SHA-256 over the UTF-8 of a text, as anybody can work out', () => {
  const text = '{"body":"Größe 😀"}'
  expect(contentDigestOf(text)).toBe(`sha-256=${createHash('sha256').update(text, 'utf8').digest('hex')}`)
})

test('of an address only what stands behind the question mark counts', () => {
  expect(queryTextOf('https://wedsync.test/api/offline/sync?cursor=a%20b&x=?')).toBe('cursor=a%20b&x=?')
  expect(queryTextOf('/api/health')).toBe('')
})

test('a stream’s page is told from one with another event, id, order or past, but not by how its lines end', () => {
  const page = [
    { event: 'change', id: 'c1', data: '[]' },
    { event: 'ping', data: '{\n}' },
  ]
  const text = streamDigestText('before', page)
  const [change, ping] = page as [(typeof page)[0], (typeof page)[0]]
  for (const other of [
    streamDigestText('after', page),
    streamDigestText('before', [change]),
    streamDigestText('before', [ping, change]),
    streamDigestText('before', [{ ...change, id: 'c2' }, ping]),
    streamDigestText('before', [{ ...change, event: 'settled' }, ping]),
  ])
    expect(other).not.toBe(text)
  expect(streamDigestText('before', [change, { ...ping, data: '{\r\n}' }])).toBe(text)
  expect(streamDigestText('before', [change, { ...ping, data: '{\r}' }])).toBe(text)
})
