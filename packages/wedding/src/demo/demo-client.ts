// The wedding itself: the couple, the day, the house. In comes a wedding, out goes its record.
import { type JsonObject } from '@wedsync/protocol'
import { daysAfter, timeAfter, wallTimeOn } from './demo-time.ts'
import { idIn, wordsIn, type DemoWedding } from './demo-weddings.ts'

export const demoClient = (wedding: DemoWedding): JsonObject => {
  const { day, today, shift, bride, groom, maidOfHonour, venue, zone } = wedding
  const [her, his] = [bride, groom].map((name) => name.split(' ')[0]!.toLowerCase())
  return {
    id: idIn(wedding, 'wedding'),
    organization_id: wedding.organizationId,
    names: `${bride} & ${groom}`,
    email: `${her!}.and.${his!}@example.com`,
    phone: '+447700900001',
    wedding_date: day,
    time_zone: zone,
    status: daysAfter(today, 14) < day ? 'planning' : 'final',
    venue_name: venue.name,
    venue_address: venue.address,
    venue_contact: venue.contact,
    access_time: timeAfter('07:00', shift),
    curfew: timeAfter('00:00', shift),
    ceremony_start: wallTimeOn(day, '13:35', shift),
    sunset: timeAfter('21:26', shift),
    headcount: wedding.headcount,
    headcount_due_at: daysAfter(day, -14),
    freeze_from: `${daysAfter(day, -2)}T12:00`,
    freeze_to: `${daysAfter(day, 1)}T12:00`,
    emergency_contact: `${maidOfHonour}, +447700900002`,
    notes: wordsIn(
      wedding,
      'A barn wedding with a meadow.\nNo signal below the mill: everyone loads the plan before they leave the hotel.',
    ),
  }
}
