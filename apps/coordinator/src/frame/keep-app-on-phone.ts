// Starts the worker that keeps the app on the phone, and notices when a newer build lies ready. The page is never
// reloaded by itself: the person asks for it, and what they wrote is in the local store by then.
const worker = '/sw.js'
let waitingWorker: ServiceWorker | null = null
const listeners = new Set<() => void>()

/** Registers the worker. In development there is none. */
export const keepAppOnPhone = (): void => {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return
  navigator.serviceWorker
    .register(trusted(worker))
    .then((registration) => {
      noticeWaiting(registration)
      registration.addEventListener('updatefound', () => {
        registration.installing?.addEventListener('statechange', () => noticeWaiting(registration))
      })
      // a phone may hold the app open for days: look again whenever it is taken out of the pocket
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible' && navigator.onLine) registration.update().catch(() => undefined)
      })
    })
    // without it (a private window, a full disk) the app still works, it only needs a signal to open
    .catch(() => undefined)
}

// the page may run only scripts that were vouched for; this is the one address that is
const trusted = (address: string): string => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  if (!trustedTypes) return address
  const policy = trustedTypes.createPolicy('the-worker', { createScriptURL: (url) => (url === worker ? url : '') })
  // an object to the browser, a string to everybody who has not heard of it
  return policy.createScriptURL(address) as unknown as string
}
type TrustedTypes = {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => object }
}

const noticeWaiting = (registration: ServiceWorkerRegistration): void => {
  // a first install has nothing to replace, and is no news
  if (!registration.waiting || !navigator.serviceWorker.controller) return
  waitingWorker = registration.waiting
  for (const listener of listeners) listener()
}

export const newerVersion = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isReady: (): boolean => waitingWorker !== null,
  /** The app is too old to share anything: looks for the newer one now, and opens it as soon as it lies ready. */
  fetch: async (): Promise<void> => {
    const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined)
    await registration?.update().catch(() => undefined)
    if (registration) noticeWaiting(registration)
    if (waitingWorker) newerVersion.open()
    else location.reload()
  },
  open: (): void => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    waitingWorker?.postMessage('open-the-newer-one')
  },
}
