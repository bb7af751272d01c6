// A value in words. Where it names other records, their own words: nobody reads an id.
import { useRecord } from '@wedsync/client/react'
import { nameOf, tableNamedBy, valueInWords } from './record-names.ts'

export const FieldValue = ({ table, field, value }: { table: string; field: string; value: unknown }) => {
  const named = tableNamedBy(table, field)
  const ids = typeof value === 'string' ? [value] : Array.isArray(value) ? value.map(String) : []
  if (named === null || ids.length === 0) return valueInWords(value)
  return ids.map((id, nth) => (
    <span key={id}>
      {nth > 0 && ', '}
      <RecordName table={named} id={id} />
    </span>
  ))
}

const RecordName = ({ table, id }: { table: string; id: string }) => {
  const record = useRecord(table, id)
  return record === undefined ? '…' : record === null ? 'one that is not here' : nameOf(record)
}
