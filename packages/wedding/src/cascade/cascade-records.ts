// What the cascade reads of a run sheet: the records as they are on the wire, on the phone and in the database. A field that somebody
// may not read is absent, and counts as its default.

/** A record of `timeline_items`. */
export type CascadeItem = {
  id: string
  kind: string
  planned_start: string | null
  duration_min: number
  anchor?: string | undefined
  min_duration_min?: number | null | undefined
  compressible?: boolean | undefined
  locked?: boolean | undefined
  status: string
  actual_start?: string | null | undefined
  actual_end?: string | null | undefined
  sort_key: string | null
}

/** A record of `timeline_dependencies`: the second item waits for the first, its start or its end for its start or its end. */
export type CascadeDependency = {
  id: string
  from_id: string
  to_id: string
  type: 'FS' | 'SS' | 'FF' | 'SF'
  lag_min: number | null
}
