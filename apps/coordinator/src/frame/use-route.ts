// Where one is, kept in the address after the `#`: `#/<wedding>/people`. The page itself is always the same file, so every
// address opens with no signal, and "back" works as everywhere.
import { useSyncExternalStore } from 'react'

/** The last one has no tab of its own at the foot: one comes there where something waits. */
export const tabs = ['day', 'people', 'notes', 'more', 'decide'] as const
export type Tab = (typeof tabs)[number]
export type Route = { weddingId: string | null; tab: Tab }

/** Where one is now. */
export const useRoute = (): Route => routeOf(useSyncExternalStore(subscribe, () => location.hash))

export const linkTo = (weddingId: string, tab: Tab): string => `#/${weddingId}/${tab}`
export const linkToList = '#/'

const routeOf = (hash: string): Route => {
  const [weddingId = '', tab = ''] = hash.replace(/^#\/?/, '').split('/')
  return { weddingId: weddingId === '' ? null : weddingId, tab: tabs.find((one) => one === tab) ?? 'day' }
}

const subscribe = (onChange: () => void): (() => void) => {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}
