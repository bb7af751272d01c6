// Answers whether one more line may be written this minute; says how many were not, once the minute is over and somebody
// asks again. Whoever knocks a thousand times a second fills no disk.

export const createLineBudget = (
  linesPerMinute: number,
  clock: () => Date,
  skipped: (times: number) => void,
): (() => boolean) => {
  let minute = 0
  let asked = 0
  return () => {
    const now = Math.floor(clock().getTime() / 60_000)
    if (now !== minute) {
      if (asked > linesPerMinute) skipped(asked - linesPerMinute)
      minute = now
      asked = 0
    }
    asked += 1
    return asked <= linesPerMinute
  }
}
