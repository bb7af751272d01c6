// Notes for each who may read them: what people write down on such a day, a dozen of each on the day itself, half as many before.
import { type JsonObject } from '@wedsync/protocol'
import { recordIn, wordsIn, type DemoWedding } from './demo-weddings.ts'

/** Notes in wire form. */
export const demoNotes = (wedding: DemoWedding): JsonObject[] =>
  Object.entries(bodies).flatMap(([visibility, texts]) =>
    texts.slice(0, wedding.day === wedding.today ? 12 : 6).map((body, index) =>
      recordIn(wedding, `note ${visibility} ${String(index)}`, {
        body: wordsIn(wedding, body),
        category: (['idea', 'setup_issue', 'call', 'idea', 'incident'] as const)[index % 5]!,
        priority: (['medium', 'low', 'high'] as const)[index % 3]!,
        location: index % 2 === 0 ? wordsIn(wedding, 'Barn') : null,
        visibility,
      }),
    ),
  )

const bodies: Record<string, string[]> = {
  team: [
    'Amelia’s mother wants to be told before any change to the seating.',
    'Spare safety pins, plasters and stain remover are in the green box.',
    'Keep uncle Peter away from the microphone.',
    'Tom carries the second radio, channel 4.',
    'Heater three in the barn trips the fuse when the oven is on.',
    'Ask Priya before giving anyone the gate code.',
    'Envelope for the registrar is in the office, top drawer.',
    'Rain radar looked clear until four; look again at eleven.',
    'The couple want no photographs while they eat.',
    'Two high chairs are missing, the house is looking.',
    'Best man is nervous: walk him through the speech at three.',
    'Balance for the band by transfer, not in cash.',
  ],
  venue: [
    'Please unlock the lower gate at seven.',
    'We need the three-phase socket by the kitchen door.',
    'No confetti in the barn, petals in the orchard only.',
    'Bins for glass next to the bar, please.',
    'The marquee floor creaks near the east door.',
    'Can the fountain be off during the ceremony?',
    'Ramp for one wheelchair at the courtyard steps.',
    'The office stays locked from six on.',
    'Car park: please keep the first row free for the coaches.',
    'Fire doors checked at nine with Helen.',
    'The heating in the bridal suite should be on at six.',
    'Curfew is midnight; we start the last dance at half past eleven.',
  ],
  vendor: [
    'Load-in is through the lower gate only.',
    'Crew lunch at eleven in the kitchen.',
    'Please park behind the mill once you have unloaded.',
    'The tap behind the barn has drinking water.',
    'Radio channel 2 is for vendors.',
    'No smoking near the thatch.',
    'Sound check ends at a quarter to seven.',
    'Power in the orchard is one 13 A socket.',
    'Ask Tom for trolleys.',
    'Crew supper at eight.',
    'Everything out by half past one.',
    'Please wear dark clothes during the ceremony.',
  ],
  couple: [
    'Your shoes are by the door of the suite.',
    'We put a lunch basket in the cottage for you both.',
    'The vows are in the blue folder.',
    'Ten quiet minutes for you are planned after the portraits.',
    'Umbrellas are in the car, just in case.',
    'Your overnight bag goes to the cottage at six.',
    'The guest book is on the piano.',
    'Please tell us the name of the song by Friday.',
    'Sparklers: the two of you first, then everyone.',
    'The cake knife is your grandmother’s, we keep it safe.',
    'Breakfast on Sunday is from nine.',
    'The key to the cottage is with Priya.',
  ],
  all: [
    'Nearest taxi rank: Market Square, ten minutes.',
    'There is a first-aid kit in the office and one at the bar.',
    'Nut-free trays are blue.',
    'The lawn is soft near the river: no heels.',
    'Coaches leave at 23:45 and 00:15.',
    'Cloakroom is left of the barn door.',
    'Water stations in the courtyard and by the stage.',
    'Lost things go to the office.',
    'The wifi is “barn-guest”, no password.',
    'Dogs are welcome on a lead until dinner.',
    'Sunset is around twenty-five past nine.',
    'If it rains we meet in the barn.',
  ],
}
