// What the devices of both sides write: the same edits in the same order, two or three fields each, as a coordinator makes
// them on the day. Ids look random, as ids made on phones do, and are the same in every run.
import { createHash } from 'node:crypto'

/** A UUID that depends on its name alone. */
export const idOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export const recordId = (device: number, nth: number): string => idOf(`record ${device} ${nth}`)

const remark =
  'Coordinate with the florist and the string quartet; guests enter from the garden side, ushers at both doors. r'

export type Edit = {
  /** A place among four: where the status stands after this round. */
  step: number
  note: string
  /** Every second edit touches two fields, the others three; the third differs. */
  third: 'none' | 'time' | 'words'
  minute: number
  words: string
}

/** What one record is set to in a round; every value differs from the round before. */
export const editOf = (nth: number, round: number): Edit => ({
  step: (round + 1) % 4,
  note: `${remark}${round}`,
  third: nth % 4 === 1 ? 'time' : nth % 4 === 3 ? 'words' : 'none',
  minute: round % 60,
  words: `Terrace ${round}`,
})
