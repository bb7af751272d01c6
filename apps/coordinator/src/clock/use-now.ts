// The instant of now, for screens: moves on every quarter of a minute, and at once when the phone leaves the pocket.
import { useSyncExternalStore } from 'react'

const stepMs = 15_000

/** Milliseconds since 1970, rounded down so that a screen is drawn again only when something may have changed. */
export const useNow = (): number => useSyncExternalStore(subscribe, current)

const subscribe = (onChange: () => void): (() => void) => {
  const timer = setInterval(onChange, stepMs / 5)
  document.addEventListener('visibilitychange', onChange)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', onChange)
  }
}

const current = (): number => Math.floor(Date.now() / stepMs) * stepMs
