// Both versions of what waits for a person, and why it does. The status names the fields and this person's values; what stands on everybody
// else's phone is in the answer that is kept beside the change.
import { useSyncEngine } from '@wedsync/client/react'
import { useEffect, useState } from 'react'

export type BothVersions = {
  field: string
  was?: unknown
  theirs?: unknown
  /** Nobody wrote against it: it waits for the lead, as the plan is frozen, or for the word of somebody who plans. */
  waitsFor: 'the lead' | 'a planner' | null
  reason: string
}

/** The other side of a change, field by field; empty until it was read, or where there is none. */
export const useBothVersions = (changeId: string): readonly BothVersions[] => {
  const { engine } = useSyncEngine()
  const [versions, setVersions] = useState<readonly BothVersions[]>([])
  useEffect(() => {
    let isGone = false
    void engine.exportOutbox().then((text) => {
      if (!isGone) setVersions(versionsIn(text, changeId))
    })
    return () => {
      isGone = true
    }
  }, [engine, changeId])
  return versions
}

type KeptField = { field: string; base?: unknown; server?: unknown; rule: string; reason: string }
type Kept = {
  changes: {
    change: { changeId: string }
    receipt: { conflict?: { kind: string; fields: KeptField[] } } | null
  }[]
}

const versionsIn = (text: string, changeId: string): BothVersions[] => {
  const { changes } = JSON.parse(text) as Kept
  const conflict = changes.find(({ change }) => change.changeId === changeId)?.receipt?.conflict
  return (conflict?.fields ?? []).map(({ field, base, server, rule, reason }) => ({
    ...{ field, was: base, theirs: server, reason },
    waitsFor: conflict?.kind !== 'proposal' ? null : rule.startsWith('freeze@') ? 'the lead' : 'a planner',
  }))
}
