// Notes every code of the registry that crosses HTTP in a test, so that the run can say which none provokes. A file for each
// process, where the run says so (WEDSYNC_CODES); without that, nothing is noted. For tests only.
import { appendFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'

const folder = process.env['WEDSYNC_CODES']
const noted = new Set<string>()

/** Takes a body as it came back: an error has a code, an answer may hold failures, at once or late. */
export const noteCodes = (body: unknown): void => {
  if (!folder || typeof body !== 'object' || body === null) return
  const { code, failures, settled } = body as { code?: unknown; failures?: unknown; settled?: unknown }
  const listed = [failures, settled].flatMap((list) =>
    Array.isArray(list) ? list.map((one) => (one as { code?: unknown } | null)?.code) : [],
  )
  for (const one of [code, ...listed]) {
    if (typeof one !== 'string' || noted.has(one)) continue
    noted.add(one)
    mkdirSync(folder, { recursive: true })
    appendFileSync(path.join(folder, `${process.pid}.txt`), `${one}\n`)
  }
}

/** The same of a whole response, which stays to be read. */
export const noteCodesOf = async (response: Response): Promise<Response> => {
  const isError = response.status >= 400 && response.headers.get('content-type')?.startsWith('application/json')
  if (folder && isError) noteCodes(await response.clone().json())
  return response
}
