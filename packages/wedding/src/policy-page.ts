// Prints the tables as the page people read: docs/architecture/merge-rules.md. In come the declarations, out goes
// Markdown; a test compares the two, so that page and policy cannot drift apart.
import {
  fieldThatYields,
  pairsOf,
  rightsOf,
  type Alike,
  type Collection,
  type Condition,
  type Field,
} from '@wedsync/merge'
import type { Json, JsonObject } from '@wedsync/protocol'
import { everyone, roleWords } from './roles.ts'

/** The whole page. */
export const policyPage = (tables: readonly Collection[]): string =>
  [
    '# How each field merges',
    '',
    'Printed from the declarations in `packages/wedding` by `policy-page.test.ts`; edit those, then run it with `UPDATE=1`.',
    'A field that says *asks* waits for a person when two edits of it disagree. Fields of one group end on one side, or wait together.',
    '*Guarded* and critical fields are never settled by `client_wins` or `server_wins` alone.',
    'While the plan of a wedding is *frozen*, a change of such a field by anybody but an owner or the lead is a proposal that waits for one of them,',
    'and so is the deleting of a record that has one. What needs somebody’s *word* waits for it at any time. Nothing else is held up.',
    'When items take place as things stand is derived from these fields and never merged: [the cascade](cascade.md).',
    '',
    '## Roles',
    '',
    ...everyone.map((role) => `- **${role}**: ${roleWords[role]}`),
    ...tables.flatMap(pageOf),
    '',
  ].join('\n')

const pageOf = (table: Collection): string[] => [
  '',
  `## ${table.name}`,
  '',
  '| field | holds | rule | weighs | the last word, highest first | read by | changed by |',
  '|---|---|---|---|---|---|---|',
  ...table.fieldNames.map((name) => lineOf(table, name, table.fields[name]!)),
  '',
  ...everyone.map((role) => `- ${role} ${doingsOf(table, role)}`),
  ...table.frozenWhere.map(
    ({ fields, where, to }) =>
      `- frozen where \`${where.field}\` is ${where.values.map(String).join(' or ')}: ${quoted(fields)}${to ? `, to become ${to.map(String).join(' or ')}` : ''}`,
  ),
  ...Object.entries(table.refersTo).map(([field, { table: other, onDelete }]) =>
    onDelete === 'refuse'
      ? `- the record of \`${other}\` in \`${field}\` cannot be deleted while this is there`
      : `- when the record of \`${other}\` in \`${field}\` is deleted, this ${onDelete === 'delete' ? 'goes with it' : 'forgets it'}`,
  ),
  ...table.unique.map((list) => uniqueOf(table, list)),
  ...table.alike.map(alikeOf),
  ...(table.acyclic
    ? [
        `- by ${quoted([table.acyclic.from, table.acyclic.to])} nothing waits for itself: one that would close a circle is not made, and a person is asked`,
      ]
    : []),
]

// nobody but the owner or a planner says who works where, so there nobody is asked
const uniqueOf = (table: Collection, list: readonly string[]): string => {
  const yields = fieldThatYields(table, list)
  const then =
    table.scope === 'organization'
      ? 'a second one fails'
      : yields === null
        ? 'a second one is not made, and a person is asked'
        : `the first keeps it; the second has no \`${yields}\` yet, and a person is asked${table.offers[yields] ? ', the nearest free one beside it' : ''}`
  return `- no two hold the same ${quoted(list)}: ${then}`
}

const alikeOf = ({ same = [], sameWords = [], sameDay = [] }: Alike): string =>
  `- one from another phone with the same ${quoted([...same, ...sameWords])}${sameDay.length > 0 ? ` on the same day (${quoted(sameDay)})` : ''} may be a double: it is not made until a person says that it is none`

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

const lineOf = (table: Collection, name: string, field: Field): string => {
  const who = (may: 'reads' | 'changes') => everyone.filter((role) => rightsOf(table, role)[may].includes(name))
  const cells = [
    `\`${name}\`${field.isRequired ? ' *' : ''}`,
    `${holdsOf(field)}${field.defaultValue === null ? '' : `; ${JSON.stringify(field.defaultValue)}`}`,
    [
      ruleOf(field),
      field.group === null ? '' : `group ${field.group}`,
      field.isGuarded ? 'guarded' : '',
      ...heldOf(field),
    ]
      .filter(Boolean)
      .join(', '),
    field.level,
    field.trusted.join(', ') || '—',
    namesOf(who('reads')),
    field.isFixed ? 'nobody: given once' : namesOf(who('changes')),
  ]
  return `| ${cells.join(' | ')} |`
}

const heldOf = ({ isFrozen, approval }: Field): string[] => [
  isFrozen ? 'frozen' : '',
  approval ? `by the word of ${approval.by.join(' or ')}` : '',
]

const holdsOf = ({ kind, options, table, keyedBy }: Field): string =>
  [
    kind.replaceAll('_', ' '),
    options === undefined ? '' : `(${options.join(', ')})`,
    table === undefined ? '' : `of \`${table}\``,
    keyedBy === undefined ? '' : `by ${keyedBy}`,
  ]
    .filter(Boolean)
    .join(' ')

const ruleOf = ({ rule }: Field): string => {
  const pairs = pairsOf(rule)
  const { keeps, near, far, of, otherwise } = rule.given ?? {}
  const name =
    rule.name === 'ask'
      ? 'asks'
      : rule.name === 'when_close'
        ? `${saidOf(near!)} when the day is close, else ${saidOf(far!)}`
        : rule.name === 'keeps_plan'
          ? `the one with which fixed times hold, else ${saidOf(otherwise!)}`
          : rule.name === 'keyed'
            ? `part by part: ${typeof of === 'string' ? saidOf(of) : Object.entries(of as JsonObject).map(([part, inner]) => `\`${part}\` ${saidOf(inner)}`).join(', ')}` // prettier-ignore
            : rule.name.replaceAll('_', ' ') + (typeof keeps === 'string' ? `, the ${keeps}` : '')
  return pairs.length === 0 ? name : `${name}, asks for ${pairs.join(' and ')}`
}

// `scalar@1`, without its version
const saidOf = (rule: Json): string => {
  const name = (rule as string).split('@')[0]!
  return name === 'ask' ? 'asks' : name.replaceAll('_', ' ')
}

const namesOf = (roles: readonly string[]): string =>
  roles.length === everyone.length ? 'everyone' : roles.length === 0 ? 'nobody' : roles.join(', ')

const doingsOf = (table: Collection, role: string): string => {
  const { sees, mayCreate, mayDelete, changes, writesOnly } = rightsOf(table, role)
  if (sees.length === 0 && !mayCreate) return 'sees none'
  const may = [mayCreate ? 'creates' : '', changes.length > 0 ? 'changes' : '', mayDelete ? 'deletes' : ''].filter(
    Boolean,
  )
  const only =
    writesOnly.length > 0 && !writesOnly.some(({ is }) => is === 'any')
      ? ` (only ${writesOnly.map(wordsOf).join(' or ')})`
      : ''
  return `sees ${sees.map(wordsOf).join(' or ') || 'none'}${may.length === 0 ? '' : `; ${may.join(', ')}${only}`}`
}

const wordsOf = (where: Condition): string => {
  if (where.is === 'any') return 'every record'
  if (where.is === 'one-of') return `those whose \`${where.field}\` is ${where.values.map(String).join(' or ')}`
  if (where.is === 'me') return 'their own'
  if (where.is === 'my-wedding') return 'those of weddings they work on'
  if (where.is === 'alongside') return 'people who work on the same weddings'
  return `those whose \`${where.field}\` is their own`
}
