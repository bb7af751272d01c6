// The way of a vendor through the day, in four steps one can tap. `confirmed` is a booking that was heard of again, `done`
// comes after everything is set up; both share their step's place.
export type ArrivalStep = 'booked' | 'confirmed' | 'en_route' | 'arrived' | 'set_up' | 'done' | 'no_show'

export const shownSteps = [
  { step: 'booked', label: 'Booked' },
  { step: 'en_route', label: 'On the way' },
  { step: 'arrived', label: 'Arrived' },
  { step: 'set_up', label: 'Set up' },
] as const satisfies { step: ArrivalStep; label: string }[]

/** Which of the four a status stands on; -1 for somebody who did not come. */
export const placeOf = (status: ArrivalStep): number => places[status]

/** As one would say it. */
export const arrivalInWords = (status: ArrivalStep): string => words[status]

export const isHere = (status: ArrivalStep): boolean => placeOf(status) >= 2

const places: Record<ArrivalStep, number> = {
  booked: 0,
  confirmed: 0,
  en_route: 1,
  arrived: 2,
  set_up: 3,
  done: 3,
  no_show: -1,
}

const words: Record<ArrivalStep, string> = {
  booked: 'Booked',
  confirmed: 'Confirmed',
  en_route: 'On the way',
  arrived: 'Arrived',
  set_up: 'Set up',
  done: 'Done for the day',
  no_show: 'Did not come',
}
