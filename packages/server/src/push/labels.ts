// A value with labels, such as phone numbers: which labels differ between two of them, and one with some labels of another.
import { sameJson, type JsonObject } from '@wedsync/protocol'

export const labelsApart = (one: JsonObject, other: JsonObject): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (label) => !sameJson(one[label] ?? null, other[label] ?? null),
  )

/** `over`, but with these labels as `from` has them: another value, or none. */
export const labelsLaid = (over: JsonObject, from: JsonObject, labels: readonly string[]): JsonObject =>
  Object.fromEntries([
    ...Object.entries(over).filter(([label]) => !labels.includes(label)),
    ...labels
      .filter((label) => Object.hasOwn(from, label))
      .map((label): [string, JsonObject[string]] => [label, from[label]!]),
  ])
