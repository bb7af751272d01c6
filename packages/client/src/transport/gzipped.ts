// Takes a text; hands on its bytes, compressed, or null where the platform cannot.

/** The text as gzip. */
export const gzipped = async (text: string): Promise<Uint8Array<ArrayBuffer> | null> => {
  if (typeof CompressionStream === 'undefined') return null
  try {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch {
    return null
  }
}
