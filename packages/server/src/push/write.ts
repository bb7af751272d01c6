// What one change writes to one record.
import type { JsonObject } from '@wedsync/protocol'

export type Write = {
  changeId: string
  table: string
  id: string
  action: 'create' | 'update' | 'delete'
  data: JsonObject
}
