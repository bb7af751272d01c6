import { hashOfText, streamDigestText, type DigestedEvent } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { anItem, wedding } from '../testing/a-phone.ts'
import { idFrom } from '../testing/test-server.ts'
import { createPages } from './stream-pages.ts'

const requestId = idFrom('request')
const at = '2026-06-20T12:00:00.000Z'
const pingAt = (position: number) => ({
  event: 'ping',
  data: JSON.stringify({ position, hasMore: false, remaining: 0, timestamp: at, nextSyncTime: at }),
})
const changeAt = (position: number) => ({
  ...{ event: 'change', id: `cursor ${position}` },
  data: JSON.stringify([
    {
      ...{ table: 'items', id: idFrom('item'), scope: wedding, action: 'update', version: position },
      data: anItem(`At ${position}`),
    },
  ]),
})
const textOf = ({ event = '', id, data }: DigestedEvent) =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`

// what a server says: for every position a page of news, for null a sign of life
const saidBy = (...positions: (number | null)[]): string[] => {
  let digest = requestId
  return positions.map((position) => {
    const events = position === null ? [pingAt(0)] : [changeAt(position), pingAt(position)]
    digest = hashOfText(streamDigestText(digest, events))
    return [...events, { event: 'digest', data: JSON.stringify({ digest }) }].map(textOf).join('')
  })
}
const heardFrom = (texts: string[], request = requestId) => {
  const pages = createPages('cursor 0', request)
  return texts.flatMap((text) => {
    pages.feed(text)
    return pages.taken().map((page) => page && [page.response.cursor, page.response.position])
  })
}

test('[P5] a page is one when all of it is there, in however many pieces it comes', () => {
  const said = saidBy(1, null, 3)
  const whole = [
    ['cursor 1', 1],
    ['cursor 3', 3],
  ]
  expect(heardFrom(said)).toEqual(whole)
  expect(heardFrom(Array.from(said.join('')))).toEqual(whole)
})

test('[P5] a page in which one letter is another ends the stream, whichever letter it is', () => {
  const [first, second] = saidBy(1, 2) as [string, string]
  for (let place = 0; place < second.length; place += 1) {
    const altered = second.slice(0, place) + (second[place] === 'x' ? 'y' : 'x') + second.slice(place + 1)
    const [one, next, ...more] = heardFrom([first, altered, ...saidBy(1, 2, 3).slice(2)])
    expect([place, one, next ?? null, more]).toEqual([place, ['cursor 1', 1], null, more])
    expect(more.every((page) => page === null)).toBe(true)
  }
})

test('[P5] a page that was lost, came twice or in another turn ends the stream', () => {
  const [first, second, third] = saidBy(1, 2, 3) as [string, string, string]
  expect(heardFrom([first, third])).toEqual([['cursor 1', 1], null])
  expect(heardFrom([first, first])).toEqual([['cursor 1', 1], null])
  expect(heardFrom([second, first])).toEqual([null, ['cursor 1', 1]])
})

test('[P5] what answers another request, or comes from a server without digests, is no news', () => {
  expect(heardFrom(saidBy(1), idFrom('another'))).toEqual([null])
  const older = [changeAt(1), pingAt(1), pingAt(1)].map(textOf)
  expect(heardFrom(older)).toEqual([null])
})
