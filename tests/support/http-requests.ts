// Takes the bytes a client writes to one connection, as they come; hands on one whole HTTP/1.1 request after the other, head and
// body, as the bytes they were.
const headEnd = Buffer.from('\r\n\r\n')

export const createRequests = (onRequest: (bytes: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk: Buffer): void => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf(headEnd)
      if (end < 0) return
      const head = rest.toString('latin1', 0, end)
      if (/^transfer-encoding:/im.test(head))
        throw new Error('a request without a length is more than this network can tell apart')
      const length = end + headEnd.length + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      if (rest.length < length) return
      const request = rest.subarray(0, length)
      rest = rest.subarray(length)
      onRequest(request)
    }
  }
}
