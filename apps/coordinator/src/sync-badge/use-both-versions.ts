// Both versions of what waits for a person. The status names the fields and this person's values; what stands on everybody
// else's phone is in the answer that is kept beside the change.
import { useSyncEngine } from '@wedsync/client/react'
import { useEffect, useState } from 'react'

export type BothVersions = { field: string; was?: unknown; theirs?: unknown }

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

type Kept = {
  changes: {
    change: { changeId: string }
    receipt: { conflict?: { fields: { field: string; base?: unknown; server?: unknown }[] } } | null
  }[]
}

const versionsIn = (text: string, changeId: string): BothVersions[] => {
  const { changes } = JSON.parse(text) as Kept
  const kept = changes.find(({ change }) => change.changeId === changeId)
  return (kept?.receipt?.conflict?.fields ?? []).map(({ field, base, server }) => ({
    field,
    was: base,
    theirs: server,
  }))
}
