// Keeps the app itself on the phone, so that it opens where there is no signal. Only the files of this build are kept,
// never an answer of the API: what people wrote lives in the local store. A newer build waits until it is asked for, or
// until the app is closed, so it never pulls the page from under somebody who is writing.
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: {
  __WB_MANIFEST: (PrecacheEntry | string)[]
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  skipWaiting(): Promise<void>
}

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()

// every address that is no file of ours and not the API's is the app
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/api\//, /^\/docs(\/|$)/, /^\/openapi\.json$/, /^\/metrics$/],
  }),
)

self.addEventListener('message', (event) => {
  if (event.data === 'open-the-newer-one') void self.skipWaiting()
})
