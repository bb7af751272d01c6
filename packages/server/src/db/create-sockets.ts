// Makes the sockets of database connections, and knows all that are open: an end that goes by the rules waits for the other
// side, which may never answer again.
import { Socket } from 'node:net'

export type Sockets = { make: () => Socket; destroyAll: () => void }

export const createSockets = (): Sockets => {
  const open = new Set<Socket>()
  return {
    make: () => {
      const socket = new Socket()
      open.add(socket)
      return socket.once('close', () => open.delete(socket))
    },
    destroyAll: () => {
      for (const socket of open) socket.destroy()
    },
  }
}
