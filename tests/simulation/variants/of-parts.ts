// What could be wrong with values whose parts have names: the lines of a checklist, answers, numbers by label.
import type { Variant } from './variant.ts'

const detection = 'packages/merge/src/contested-fields.ts'

export const variantsOfParts: readonly Variant[] = [
  {
    name: 'a value with parts is written whole, so that somebody else’s tick is lost',
    breaks: ['P4', 'parts'],
    seed: 'parts-5',
    edits: [
      {
        file: detection,
        find: '  if (!Object.hasOwn(seen.base, name)) return wholly(seen, name)\n',
        put: '  if (by !== undefined) return { clean: true, value: wanted }\n',
      },
    ],
  },
  {
    name: 'whoever moves the lines of a list about drops those that somebody else added',
    breaks: ['P4', 'parts'],
    seed: 'parts-13',
    edits: [
      {
        file: detection,
        find: 'return { ...wholly(seen, name), client: sideLaid(wanted, base, stored, by)! }',
        put: 'return { clean: true, value: wanted }',
      },
    ],
  },
  {
    name: 'of an action that waits a part that nobody contests is on nobody’s side',
    breaks: ['parts'],
    seed: 'parts-1178',
    edits: [
      { file: detection, find: 'seen.change.groupId != null', put: 'seen.change.groupId === name' },
      { file: 'packages/server/src/push/whole-action.ts', find: 'edits.length === 0', put: 'edits.length < 2' },
    ],
  },
  {
    name: 'an edit of parts is folded into one that was made of another look',
    breaks: ['parts'],
    seed: 'a checklist begun before the last edit and saved after it takes nothing of that edit along',
    edits: [
      {
        file: 'packages/client/src/outbox/fold.ts',
        find: '  if (isSeenOtherwise(before, edit, collection)) return null\n',
        put: '',
      },
    ],
  },
  {
    name: 'of a record that is gone one list waits twice in one conflict',
    breaks: ['P3'],
    seed: 'whoever edits twice what somebody deleted finds both edits on one side',
    edits: [
      {
        file: 'packages/server/src/push/replace-sides.ts',
        find: "conflict.kind === 'edit_deleted' && before !== undefined",
        put: "conflict.kind === 'edit_deleted' && before === 'nothing'",
      },
    ],
  },
  {
    name: 'of two changes of one action to one list, what nobody contests of the one is on nobody’s side',
    breaks: ['P13'],
    seed: 'parts-961',
    edits: [
      {
        file: 'packages/server/src/push/decide-change.ts',
        find: 'const undone = withWholeAction(left, state)',
        put: 'const undone = left',
      },
    ],
  },
  {
    name: 'who ticks a line on an older sheet takes back the words they wrote meanwhile',
    breaks: ['parts'],
    seed: 'parts-30318',
    edits: [
      {
        file: 'packages/merge/src/keyed-values.ts',
        find: 'if (by === null) return wanted',
        put: 'if (by !== undefined) return wanted',
      },
    ],
  },
  {
    name: 'a line that its author added moves when another one comes and goes',
    breaks: ['P13'],
    seed: 'parts-4951',
    edits: [{ file: detection, find: 'client: keysLaid(server, wanted, keys, by)', put: 'client: asWanted' }],
  },
  {
    name: 'actions that reach into one another are decided each by itself',
    breaks: ['P4', 'parts'],
    seed: 'parts-684',
    edits: [{ file: 'packages/server/src/push/batch.ts', find: 'return tieActions(changes)', put: 'return changes' }],
  },
]
