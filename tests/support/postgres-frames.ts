// Takes the bytes of one direction as they come; hands on one whole message of PostgreSQL's protocol after the other, with its
// name: a type, a length, and what is said. Only the first message of whoever opens the connection has no type.
/** From the server to its database, or back. */
export type Direction = '→' | '←'

export const createFrames = (direction: Direction, onMessage: (bytes: Buffer, says: string) => void) => {
  let rest: Buffer = Buffer.alloc(0)
  let isGreeting = direction === '→'
  return (chunk: Buffer): void => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const head = isGreeting ? 0 : 1
      if (rest.length < head + 4) return
      const length = head + rest.readInt32BE(head)
      if (rest.length < length) return
      const message = rest.subarray(0, length)
      const says = isGreeting ? 'Greeting' : nameOf(direction, String.fromCharCode(message[0]!))
      isGreeting = false
      rest = rest.subarray(length)
      onMessage(message, says)
    }
  }
}

const nameOf = (direction: Direction, type: string): string => names[direction][type] ?? type

const names: Record<Direction, Record<string, string>> = {
  '→': {
    ...{ Q: 'Query', P: 'Parse', B: 'Bind', D: 'Describe', E: 'Execute', S: 'Sync', C: 'Close', H: 'Flush' },
    ...{ X: 'Terminate', p: 'Password' },
  },
  '←': {
    ...{ R: 'Authentication', S: 'ParameterStatus', K: 'BackendKeyData', Z: 'ReadyForQuery', N: 'Notice' },
    ...{ '1': 'ParseComplete', '2': 'BindComplete', '3': 'CloseComplete', T: 'RowDescription', D: 'DataRow' },
    ...{ C: 'CommandComplete', E: 'Error', n: 'NoData', t: 'ParameterDescription', I: 'EmptyQuery' },
  },
}
