// What happens in a run, as those who check it hear it. Nothing in the engine knows of these.
import type { JsonObject } from '@wedsync/protocol'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import type { DeviceState } from '../../../packages/client/src/store/device-state.ts'
import type { RecordRow } from '../../../packages/client/src/store/store.ts'
import type { Step } from '../model/model-database.ts'
import type { Kind } from '../model/state.ts'

export type Moved<Row> = { before: Row | undefined; after: Row | undefined }

export type Happening =
  | { what: 'deed'; at: number; id: string; says: string }
  /** A person saved something: the entry that holds it, and whether it is a new one; of an edit, what they saw and what they made of it. */
  | {
      what: 'saved'
      at: number
      phone: string
      deed: string
      entry: Entry
      isNew: boolean
      names: readonly string[]
      seen: JsonObject
      wanted: JsonObject
    }
  /** A step of a phone's store came to its end. */
  | {
      what: 'stored'
      at: number
      phone: string
      entries: Moved<Entry>[]
      records: Moved<RecordRow>[]
      kept: Moved<{ changeId: string; entry: Entry }>[]
      state: DeviceState
    }
  | { what: 'asked'; at: number; phone: string; request: number; says: string }
  /** What the server said, before the network had it. */
  | { what: 'served'; at: number; phone: string; request: number; user: string; status: number; text: string }
  | { what: 'heard'; at: number; phone: string; request: number; says: string }
  | { what: 'committed'; at: number; written: ReadonlyMap<Kind, ReadonlyMap<string, unknown>> }
  /** Somebody with a console wrote, and it is committed. */
  | { what: 'administered'; at: number; step: Step }
  | { what: 'restored'; at: number }
  /** So much time passed for the server that what is through may be forgotten. */
  | { what: 'seasons'; at: number }

export type Hear = (happening: Happening) => void
