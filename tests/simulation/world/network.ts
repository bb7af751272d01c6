// What lies between phones and servers: it delays, drops, repeats, cuts, flips a byte, answers for somebody else, or never comes
// back. What befalls a request is thrown by dice of its own, so that it does not hang on how many others there are.
import type { Fetched, FetchInit } from '../../../packages/client/src/adapters.ts'
import { diceFor, type Dice } from './dice.ts'
import type { Hear } from './events.ts'
import { Unreachable, type ServerNode, type WireAnswer, type WireRequest } from './server-node.ts'
import type { VirtualTime } from './virtual-time.ts'

export const networkTroubles = [
  'lostRequest',
  'lostAnswer',
  'twice',
  'late',
  'cut',
  'flip',
  'portal',
  'hang',
  'refused',
  'redirect',
  'stale',
] as const
export type NetworkTrouble = (typeof networkTroubles)[number]

export type Network = {
  fetchFor: (phone: PhoneOnNet) => (address: string, init: FetchInit) => Promise<Fetched>
  calm: () => void
}

export type PhoneOnNet = { name: string; userId: string; isOnline: () => boolean }

type Parts = {
  seed: string
  time: VirtualTime
  nodes: readonly ServerNode[]
  troubles: ReadonlySet<NetworkTrouble>
  hear: Hear
  /** The server could not cope: a fault of ours. */
  failed: (thrown: unknown) => void
}

export const createNetwork = ({ seed, time, nodes, troubles: given, hear, failed }: Parts): Network => {
  let troubles = given
  const counts = new Map<string, number>()
  const before = new Map<string, WireAnswer>()

  const carry = async (phone: PhoneOnNet, address: string, init: FetchInit): Promise<Fetched> => {
    const nth = (counts.get(phone.name) ?? 0) + 1
    counts.set(phone.name, nth)
    const dice = diceFor(seed, 'net', phone.name, nth)
    const trouble = troubles.size > 0 && dice.is(0.3) ? dice.pick([...troubles].sort()) : null
    hear({
      what: 'asked',
      at: time.now(),
      phone: phone.name,
      request: nth,
      says: `${init.method ?? 'GET'}${trouble ? ` (${trouble})` : ''}`,
    })
    const node = dice.pick(nodes)
    const slow = trouble === 'late' ? dice.between(2_000, 40_000) : dice.between(5, 150)
    await time.wait(slow)
    if (!phone.isOnline()) throw new TypeError('Failed to fetch')
    if (trouble === 'lostRequest') return lost(dice)
    const request: WireRequest = {
      method: init.method ?? 'GET',
      address,
      headers: init.headers,
      body: typeof init.body === 'string' ? init.body : null,
    }
    const sent =
      trouble === 'flip' && dice.is(0.5) ? { ...request, body: request.body && flipped(request.body, dice) } : request
    const arrived =
      trouble === 'cut' && dice.is(0.4) && sent.body
        ? { ...sent, body: sent.body.slice(0, dice.below(sent.body.length)) }
        : sent
    const ask = async (): Promise<WireAnswer> => {
      const answer = await node.ask(arrived)
      hear({
        what: 'served',
        at: time.now(),
        phone: phone.name,
        request: nth,
        user: phone.userId,
        status: answer.status,
        text: answer.text,
      })
      return answer
    }
    if (trouble === 'twice') {
      // a copy that comes on its own, sooner or later; nobody waits for its answer
      time.set(
        () => void ask().catch((thrown: unknown) => (thrown instanceof Unreachable ? undefined : failed(thrown))),
        dice.between(0, 20_000),
      )
    }
    const answer = await ask()
    const stale = before.get(phone.name)
    before.set(phone.name, answer)
    await time.wait(trouble === 'late' && dice.is(0.5) ? dice.between(2_000, 40_000) : dice.between(5, 150))
    if (!phone.isOnline() || trouble === 'lostAnswer') return lost(dice)
    const told = altered(trouble, answer, stale, dice)
    if (told === null) return lost(dice)
    hear({ what: 'heard', at: time.now(), phone: phone.name, request: nth, says: String(told.status) })
    return fetched(told)
  }

  // nobody says that nothing comes: it hangs, or the connection breaks
  const lost = async (dice: Dice): Promise<Fetched> => {
    if (dice.is(0.5)) return new Promise<Fetched>(() => undefined)
    await time.wait(dice.between(100, 5_000))
    throw new TypeError('Failed to fetch')
  }

  return {
    fetchFor: (phone) => async (address, init) => {
      try {
        return await endingWith(init.signal, carry(phone, address, init))
      } catch (thrown) {
        if (thrown instanceof Unreachable || thrown instanceof TypeError) throw new TypeError('Failed to fetch')
        if (init.signal.aborted) throw thrown
        failed(thrown)
        throw new TypeError('Failed to fetch')
      }
    },
    calm: () => (troubles = new Set()),
  }
}

const html = '<!doctype html><title>Barn guest wifi</title><p>Accept our terms to go on.'

const altered = (
  trouble: NetworkTrouble | null,
  answer: WireAnswer,
  stale: WireAnswer | undefined,
  dice: Dice,
): WireAnswer | null => {
  switch (trouble) {
    case 'portal':
      return { status: 200, headers: { 'content-type': dice.is(0.5) ? 'text/html' : 'application/json' }, text: html }
    case 'refused': {
      const status = dice.pick([400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504])
      return {
        status,
        headers: { 'content-type': 'text/html', ...(dice.is(0.5) && { 'retry-after': '7' }) },
        text: html,
      }
    }
    case 'redirect':
      return null
    case 'cut':
      return { ...answer, text: answer.text.slice(0, dice.below(answer.text.length + 1)) }
    case 'flip':
      return { ...answer, text: flipped(answer.text, dice) }
    case 'stale':
      return stale ?? answer
    case 'hang':
      return null
    default:
      return answer
  }
}

// digits become digits: what is altered is still JSON, and says something else
const flipped = (text: string, dice: Dice): string => {
  const place = dice.below(text.length)
  const digit = text.slice(place).search(/[0-9]/)
  const at = digit < 0 ? place : place + digit
  const now = text[at] ?? ' '
  const then = /[0-9]/.test(now)
    ? String((Number(now) + dice.between(1, 9)) % 10)
    : String.fromCharCode(now.charCodeAt(0) ^ 1)
  return text.slice(0, at) + then + text.slice(at + 1)
}

const fetched = ({ status, headers, text }: WireAnswer): Fetched => {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    status,
    headers: { get: (name) => byName.get(name.toLowerCase()) ?? null },
    text: () => Promise.resolve(text),
    body: null,
  }
}

const endingWith = <Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const end = () => reject(new DOMException('aborted', 'AbortError'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    work.then(resolve, reject)
  })
