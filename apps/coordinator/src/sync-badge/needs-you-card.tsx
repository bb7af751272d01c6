// One thing that waits for a person, with both versions in plain words. Deciding comes later; until then it says who will.
import { type NeedsYou } from '@wedsync/client'
import { useRecord, useSyncEngine } from '@wedsync/client/react'
import { Mark } from '../frame/mark.tsx'
import { ValueLine } from '../frame/value-line.tsx'
import { FieldValue } from './field-value.tsx'
import { fieldInWords, nameOf } from './record-names.ts'
import { useBothVersions } from './use-both-versions.ts'

export const NeedsYouCard = ({ needs }: { needs: NeedsYou }) => {
  const record = useRecord(needs.table, needs.id)
  const versions = useBothVersions(needs.changeId)
  const { engine } = useSyncEngine()
  const name = nameOf(record ?? needs.data)
  // nobody wrote against a proposal: what stands is what was
  const proposal = versions.find(({ waitsFor }) => waitsFor !== null)
  const fields = (needs.fields ?? Object.keys(needs.data)).filter((field) => field in needs.data)
  return (
    <article className="waits" aria-label={name}>
      <h3>
        {name}
        {fields.length === 1 && ` · ${fieldInWords(needs.table, fields[0]!)}`}
      </h3>
      {fields.map((field) => {
        const other = versions.find((one) => one.field === field)
        const words = (value: unknown) => <FieldValue table={needs.table} field={field} value={value} />
        return (
          <dl key={field} aria-label={fieldInWords(needs.table, field)}>
            {fields.length > 1 && <ValueLine says="what" value={fieldInWords(needs.table, field)} />}
            {other && !proposal && <ValueLine says="was" value={words(other.was)} />}
            <ValueLine says={proposal ? 'wanted' : 'yours'} value={words(needs.data[field])} isStrong />
            {other && (
              <ValueLine says={proposal ? 'instead of' : 'theirs'} value={words(other.theirs)} isStrong={!proposal} />
            )}
          </dl>
        )
      })}
      <p className="waits__because">{proposal?.reason ?? needs.message}</p>
      {needs.kind === 'conflict' ? (
        <p className="tone tone--lot">
          <Mark shape="peak" /> Waits for {proposal?.waitsFor ?? 'the planner'}. Yours is kept.
        </p>
      ) : (
        <button className="button" type="button" onClick={() => void engine.dismiss(needs.changeId)}>
          Let mine go
        </button>
      )}
    </article>
  )
}
