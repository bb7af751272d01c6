// One checker for each promise; the two that hang together share one.
import { accessLost } from './access-lost.ts'
import { accounted, emptyAccount, type Account } from './accounted.ts'
import { acknowledged } from './acknowledged.ts'
import { appliedOnce } from './applied-once.ts'
import type { MakeChecker } from './checker.ts'
import { explained } from './explained.ts'
import { groupsWhole } from './groups-whole.ts'
import { heldInTheFreeze } from './held-in-the-freeze.ts'
import { neverBackwards } from './never-backwards.ts'
import { noCycles } from './no-cycles.ts'
import { oneOfAKind } from './one-of-a-kind.ts'
import { onlyWhatIsGiven } from './only-what-is-given.ts'
import { notOverwritten } from './not-overwritten.ts'
import { nothingInvented } from './nothing-invented.ts'
import { nothingLeaks } from './nothing-leaks.ts'
import { nothingStuck } from './nothing-stuck.ts'
import { partsKept } from './parts-kept.ts'
import { restoreNoticed } from './restore-noticed.ts'
import { sameAsSelect } from './same-as-select.ts'
import { waitsForItself } from './waits-for-itself.ts'
import { wordsAreTrue } from './words-are-true.ts'

export const checkersFor = (account: Account): Record<string, MakeChecker> => ({
  P1: appliedOnce,
  P2: acknowledged,
  P3: accounted(account),
  P4: notOverwritten,
  P5: sameAsSelect,
  P6: neverBackwards,
  P7: nothingLeaks,
  P8: accessLost,
  P9: restoreNoticed,
  P10: wordsAreTrue,
  P11: groupsWhole,
  P12: nothingInvented,
  P13: onlyWhatIsGiven,
  P14: nothingStuck,
  cycles: noCycles,
  freeze: heldInTheFreeze,
  explained,
  parts: partsKept,
  doubles: oneOfAKind,
  circles: waitsForItself,
})

export { emptyAccount, type Account }
