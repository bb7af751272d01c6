// What a person chose for one contested field.
import type { Choice, Json } from '@wedsync/protocol'

/** What becomes of one contested field; a delete that is done resolves to nothing. */
export type Chosen = { choice: Choice; resolved?: Json }
