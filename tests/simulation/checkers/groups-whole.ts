// P11: changes of one group go in together or not at all, and no phone ever shows half of them.
import { inOrganization, type LedgerRow, type Line } from '../model/rows.ts'
import { isHeardBy, short, type MakeChecker } from './checker.ts'

export const groupsWhole: MakeChecker = (world, report) => {
  const applied = new Map<string, Line[]>()
  return {
    hear: (happening) => {
      if (happening.what === 'restored') applied.clear()
      if (happening.what === 'committed') {
        for (const [, lines] of (happening.written.get('history') ?? new Map()) as Map<string, readonly Line[]>) {
          const line = lines.at(-1)!
          const { changeId, organizationId } = line
          const row =
            changeId === null
              ? undefined
              : world.model.reads.get<LedgerRow>('ledger', inOrganization(organizationId, changeId))
          const groupId = row?.more?.['groupId'] as string | undefined
          if (groupId !== undefined) applied.set(groupId, [...(applied.get(groupId) ?? []), line])
        }
      }
      if (
        happening.what !== 'stored' ||
        happening.records.length === 0 ||
        happening.state.isReloading ||
        applied.size === 0
      )
        return
      const phone = world.phones.find(({ name }) => name === happening.phone)!
      const shown = new Map(
        phone
          .records()
          .flatMap(({ table, id, version, base }) =>
            base && version !== null ? [[`${table}/${id}`, version] as const] : [],
          ),
      )
      for (const [groupId, members] of applied) {
        const seen = members.filter(
          (line) => shown.has(`${line.table}/${line.id}`) && isHeardBy(phone.person.role, line),
        )
        const isThere = seen.map(({ table, id, position }) => shown.get(`${table}/${id}`)! >= position)
        if (new Set(isThere).size > 1) report(`${phone.name} shows half of the group ${short(groupId)}`)
      }
    },
    conclude: () => {
      const groups = Map.groupBy(
        [...world.model.reads.all<LedgerRow>('ledger')]
          .map(([, row]) => row)
          .filter(({ more }) => more?.['groupId'] !== undefined),
        ({ organizationId, more }) => inOrganization(organizationId, more!['groupId'] as string),
      )
      for (const [groupId, rows] of groups) {
        const ends = new Set(rows.map(({ status }) => (status === 'processing' ? 'pending' : status)))
        if (ends.size > 1 && ends.has('completed'))
          report(`the group ${groupId.slice(37, 45)} ended ${[...ends].join(' and ')}`)
      }
    },
  }
}
