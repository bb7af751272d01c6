// Whose word counts more about a field. In come a side and the roles in order of authority; out goes the side's place among them.
import { type Side } from './rule.ts'

/** From 0, the highest. Whoever is in no place, or of whom nobody knows who they are, comes after all. */
export const placeOf = ({ role }: Side, trusted: readonly string[]): number => {
  const place = role === undefined ? -1 : trusted.indexOf(role)
  return place === -1 ? trusted.length : place
}
