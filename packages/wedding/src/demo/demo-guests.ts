// The guests of a wedding: households of one to four, what they answered, what they eat and what they must not eat.
import { type JsonObject } from '@wedsync/protocol'
import { diceFor, type Dice } from './demo-dice.ts'
import { familyNames, firstNames } from './demo-names.ts'
import { recordIn, type DemoWedding } from './demo-weddings.ts'

/** Those who come first, then those who do not or have not said. */
export const demoGuests = (wedding: DemoWedding): JsonObject[] => {
  const { yes, no, maybe, none } = wedding.guests
  const answers = Object.entries({ yes, no, maybe, none }).flatMap(([answer, count]) => Array<string>(count).fill(answer)) // prettier-ignore
  const dice = diceFor(`guests of ${wedding.key}`)
  const members = householdsOf(answers.length, dice)
  return members.map(({ name, household, isChild }, index) => {
    const rsvp = answers[index]!
    return recordIn(wedding, `guest ${index}`, {
      name,
      household,
      rsvp,
      meal_choice: rsvp === 'yes' ? (isChild ? 'Children’s plate' : dice.pick(meals)) : null,
      dietary: dice.below(8) === 0 ? [dice.pick(diets)] : [],
      allergies: dice.below(14) === 0 ? [dice.pick(allergies)] : [],
      accessibility: dice.below(40) === 0 ? dice.pick(needs) : null,
      plus_one: !isChild && dice.below(15) === 0,
      child: isChild,
      vip: index < 10,
      check_in_status: 'expected',
      checked_in_at: null,
      gift_notes: dice.below(25) === 0 ? dice.pick(gifts) : null,
    })
  })
}

const householdsOf = (count: number, dice: Dice) => {
  const members: { name: string; household: string; isChild: boolean }[] = []
  for (let nth = 0; members.length < count; nth += 1) {
    // each family once, and no two of a household with one name: nobody is there twice
    const family = familyNames[(nth * 37 + 11) % familyNames.length]!
    const size = 1 + dice.below(4)
    const from = dice.below(firstNames.length)
    for (let one = 0; one < size && members.length < count; one += 1)
      members.push({
        name: `${firstNames[(from + one * 7) % firstNames.length]!} ${family}`,
        household: family,
        isChild: one > 1,
      })
  }
  return members
}

const meals = ['Beef', 'Sea trout', 'Mushroom pie', 'Roast chicken']
const diets = ['vegetarian', 'vegan', 'halal', 'gluten free', 'no alcohol', 'kosher']
const allergies = [
  { name: 'nuts', severity: 'severe' },
  { name: 'shellfish', severity: 'severe' },
  { name: 'milk', severity: 'mild' },
  { name: 'sesame', severity: 'moderate' },
  { name: 'bee stings', severity: 'severe' },
]
const needs = ['Wheelchair, needs the ramp', 'Cannot stand long', 'Hears better near the front', 'Walks with a stick']
const gifts = ['Envelope, in the office safe', 'Large parcel, under the stairs', 'Sent ahead by post']
