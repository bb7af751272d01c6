// Two forms for the couple, and what they answered: drafted while the day is far, submitted when it is near, then approved.
import { type JsonObject } from '@wedsync/protocol'
import { daysAfter } from './demo-time.ts'
import { idIn, recordIn, wordsIn, type DemoWedding } from './demo-weddings.ts'

type Question = [id: string, text: string, kind: string, answer: JsonObject[string], options?: string[]]

export const demoForms = (wedding: DemoWedding): JsonObject[] =>
  forms.map(([title, questions]) =>
    recordIn(wedding, `form ${title}`, {
      title,
      questions: questions.map(([id, text, kind, , options]) => ({ id, text, kind, options: options ?? [] })),
    }),
  )

export const demoFormResponses = (wedding: DemoWedding): JsonObject[] =>
  forms.map(([title, questions], index) => {
    const isFar = daysAfter(wedding.today, 30) < wedding.day
    const answered = isFar ? questions.slice(0, 3) : questions
    const said = (answer: JsonObject[string]) => (typeof answer === 'string' ? wordsIn(wedding, answer) : answer)
    return recordIn(wedding, `response ${title}`, {
      form_id: idIn(wedding, `form ${title}`),
      answers: Object.fromEntries(answered.map(([id, , , answer]) => [id, said(answer)])),
      status: isFar ? 'draft' : index === 0 && wedding.day === wedding.today ? 'approved' : 'submitted',
    })
  })

const forms: [title: string, questions: Question[]][] = [
  [
    'Music and speeches',
    [
      ['first-dance', 'Which song is your first dance?', 'text', 'At Last'],
      ['must-play', 'What has to be played?', 'text', 'Anything by Stevie Wonder. James’s aunts will dance to it.'],
      ['never', 'What must not be played?', 'text', 'The chicken dance.'],
      [
        'speakers',
        'Who speaks?',
        'choice',
        ['Father', 'Couple', 'Best man'],
        ['Father', 'Mother', 'Couple', 'Best man'],
      ],
      ['speech-minutes', 'How long may a speech be, in minutes?', 'number', 10],
      ['open-mic', 'May others take the microphone?', 'yes-no', false],
    ],
  ],
  [
    'Food and family',
    [
      ['late-snack', 'What would you like late at night?', 'text', 'Pizza from the oven in the courtyard.'],
      ['toast', 'What is in the glasses for the toast?', 'choice', 'English sparkling', ['Champagne', 'English sparkling', 'Elderflower']], // prettier-ignore
      ['high-chairs', 'How many high chairs?', 'number', 4],
      ['sensitive', 'Is there anybody who should not sit together?', 'text', 'Uncle Peter and the Harding family.'],
      ['photo-list', 'Who must be in the family pictures?', 'text', 'Both grandmothers, and Sophie with the dog.'],
      ['gift-table', 'Would you like a table for gifts?', 'yes-no', true],
    ],
  ],
]
