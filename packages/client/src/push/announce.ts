// Tells whoever listens what there is to tell, once it is safely stored.
import { type Events, type News } from '../events/create-events.ts'

export const announce = (events: Events, news: readonly News[]): void => {
  for (const { name, says } of news) events.emit(name, ...says)
}
