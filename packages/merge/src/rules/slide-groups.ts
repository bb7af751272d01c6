// Puts changed lines where git puts them. In come the numbers of a text's lines and which of them were changed, here and in the
// other text; the marks are moved in place. A group of changed lines between two that are alike may as well begin a line earlier or
// later: it slides up, taking in the groups it meets, then down to where one of the other text's groups is, else as far as it goes.

/** Between two lines that stay lies a group, often an empty one: the nth here and the nth there are one place. */
type Group = { from: number; to: number }

export const slideGroups = (lines: readonly number[], isChanged: boolean[], isChangedThere: boolean[]): void => {
  const group = firstGroup(isChanged)
  const there = firstGroup(isChangedThere)
  do {
    if (group.from === group.to) continue
    let [size, earliest, latestBeside] = [0, 0, -1]
    do {
      size = group.to - group.from
      while (slideUp(lines, isChanged, group)) stepBack(isChangedThere, there)
      earliest = group.to
      latestBeside = there.to > there.from ? group.to : -1
      while (slideDown(lines, isChanged, group)) {
        stepOn(isChangedThere, there)
        if (there.to > there.from) latestBeside = group.to
      }
      // it has met others and is larger now: once more
    } while (size !== group.to - group.from)
    if (group.to === earliest || latestBeside === -1) continue
    while (group.to > latestBeside) {
      slideUp(lines, isChanged, group)
      stepBack(isChangedThere, there)
    }
  } while (stepOn(isChanged, group) && stepOn(isChangedThere, there))
}

const firstGroup = (isChanged: readonly boolean[]): Group => {
  const group = { from: 0, to: 0 }
  while (isChanged[group.to]) group.to++
  return group
}

const stepOn = (isChanged: readonly boolean[], group: Group): boolean => {
  if (group.to >= isChanged.length) return false
  group.from = ++group.to
  while (isChanged[group.to]) group.to++
  return true
}

const stepBack = (isChanged: readonly boolean[], group: Group): void => {
  group.to = --group.from
  while (isChanged[group.from - 1]) group.from--
}

const slideUp = (lines: readonly number[], isChanged: boolean[], group: Group): boolean => {
  if (group.from === 0 || lines[group.from - 1] !== lines[group.to - 1]) return false
  isChanged[--group.from] = true
  isChanged[--group.to] = false
  while (isChanged[group.from - 1]) group.from--
  return true
}

const slideDown = (lines: readonly number[], isChanged: boolean[], group: Group): boolean => {
  if (group.to === lines.length || lines[group.from] !== lines[group.to]) return false
  isChanged[group.from++] = false
  isChanged[group.to++] = true
  while (isChanged[group.to]) group.to++
  return true
}
