// The days when the plan is frozen: what only the owner and the lead may move waits for them, and nothing else is held up.
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { aNewcomer } from '../testing/a-newcomer.ts'
import { agency, aWedding, endings, recordOf, type Held, type Phone, type Sent } from '../testing/a-wedding.ts'

const couple = recordOf('clients')
const day = couple.data['wedding_date'] as string
/** The morning of the wedding, two days into the freeze; and a month before it. */
const [theMorning, longBefore] = [`${day}T06:00:00Z`, '2026-05-20T12:00:00Z']
let now = theMorning
const wedding = await aWedding({ clock: () => new Date(now) })
const [owner, lead, assistant] = (['owner', 'planner', 'assistant'] as const).map((role) => wedding.phoneOf(role)) as [Phone, Phone, Phone] // prettier-ignore
const planner = await aNewcomer(wedding, 'planner')
const house = await aNewcomer(wedding, 'venue')
const everyone = [owner, lead, planner, assistant, house]

const hearing = async () => {
  for (const phone of everyone) await phone.hears()
}
const itemsThat = (is: (item: Held) => boolean) => agency.records['timeline_items']!.map((_, nth) => recordOf('timeline_items', nth)).filter(is) // prettier-ignore
const fixed = itemsThat(({ data }) => data['anchor'] === 'hard')
const free = itemsThat(({ data }) => data['anchor'] === 'soft')
const weddingNow = async () => (await wedding.stored('clients', couple.id))!
const decides = (who: Phone, conflictId: string, choice: string) =>
  who.asks(`/api/offline/conflicts/${conflictId}/resolve`, { method: 'POST', body: JSON.stringify({ choice }) })
const sendsOne = async (who: Phone, change: Sent) => endings(await who.sends([change]), [change])[0]
const proposalOf = async (who: Phone, change: Sent) => {
  const answer = await who.sends([change])
  expect(endings(answer, [change])).toEqual(['waiting'])
  const conflict = answer.body.conflicts[0]!
  expect(conflict).toMatchObject({ kind: 'proposal', status: 'pending' })
  return conflict
}
let minute = 10
const aTime = () => `23:${(minute += 1)}`

describe('while the plan is frozen', () => {
  test('an assistant’s curfew is a proposal, and says so in a sentence; what else they changed goes in', async () => {
    await hearing()
    const stood = (await weddingNow())['curfew']
    const time = aTime()
    const conflict = await proposalOf(assistant, assistant.edits(couple, { curfew: time, notes: 'Cables are taped.' }))
    expect(conflict).toMatchObject({
      severity: 'critical',
      because: 'Critical because it is about the curfew.',
      fields: [
        {
          ...{ field: 'curfew', base: couple.data['curfew'], client: time, server: couple.data['curfew'] },
          ...{ rule: 'freeze@1', reason: `The plan is frozen until 12:00 on 21 June, so the lead decides about the curfew.` }, // prettier-ignore
        },
      ],
    })
    expect(await weddingNow()).toMatchObject({ curfew: stood, notes: 'Cables are taped.' })
    expect((await decides(lead, conflict.conflictId, 'server')).status).toBe(200)
  })

  test('the owner’s and the lead’s go in', async () => {
    for (const who of [owner, lead]) {
      await hearing()
      const [time, start] = [aTime(), `${day}T13:${minute}`]
      expect(await sendsOne(who, who.edits(couple, { curfew: time, ceremony_start: start }))).toBe('applied')
      expect(await sendsOne(who, who.edits(fixed[0]!, { planned_start: start }))).toBe('applied')
      expect((await weddingNow())['curfew']).toMatch(time)
    }
  })

  test.each([
    ['a planner who does not lead it', () => planner, { headcount: 151 }],
    ['the house', () => house, { venue_address: 'By the mill' }],
    ['an assistant', () => assistant, { wedding_date: '2026-06-27' }],
    ['an assistant', () => assistant, { time_zone: 'Europe/Paris' }],
  ])('so is what %s wants of the plan: %#', async (_, who, data) => {
    await hearing()
    const before = await weddingNow()
    const { conflictId } = await proposalOf(who(), who().edits(couple, data))
    expect(await weddingNow()).toEqual(before)
    expect((await decides(owner, conflictId, 'server')).status).toBe(200)
  })

  test('a fixed time neither moves nor stops being fixed, nor goes with its line; a free one moves as ever', async () => {
    await hearing()
    const item = fixed[1]!
    for (const change of [
      assistant.edits(item, { planned_start: `${day}T11:11` }),
      assistant.edits(item, { anchor: 'soft' }),
      assistant.deletes(item),
    ])
      await proposalOf(assistant, change)
    const stands = await wedding.stored('timeline_items', item.id)
    expect([stands?.['anchor'], (stands?.['planned_start'] as string).slice(0, 16)]).toEqual([
      'hard',
      item.data['planned_start'],
    ])
    // what happens there is written down, and a line whose time is free moves, at a glance and looked at twice
    expect(await sendsOne(assistant, assistant.edits(item, { status: 'ready', cue: 'Doors' }))).toBe('applied')
    expect(await sendsOne(assistant, assistant.edits(free[0]!, { planned_start: `${day}T11:11` }))).toBe('applied')
    expect(await sendsOne(assistant, assistant.edits(free[1]!, { title: 'Sparklers' }))).toBe('applied')
    expect(await sendsOne(assistant, assistant.deletes(free[2]!))).toBe('applied')
    expect(await sendsOne(assistant, assistant.creates('timeline_items', { client_id: couple.id, title: 'Taxi', anchor: 'hard', planned_start: `${day}T23:59` }))).toBe('applied') // prettier-ignore
  })

  test('fields that only make sense together wait together', async () => {
    await hearing()
    const item = fixed[2]!
    const { fields } = await proposalOf(assistant, assistant.edits(item, { planned_start: `${day}T09:09`, duration_min: 44, title: 'New words' })) // prettier-ignore
    expect(fields.map(({ field }) => field).sort()).toEqual(['duration_min', 'planned_start'])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ title: 'New words' })
  })

  test('a delete that the lead agrees to is done', async () => {
    await hearing()
    const item = fixed.at(-1)!
    const { conflictId } = await proposalOf(planner, planner.deletes(item))
    expect((await decides(planner, conflictId, 'client')).status).toBe(403)
    expect((await decides(lead, conflictId, 'client')).status).toBe(200)
    expect(await wedding.stored('timeline_items', item.id)).toBeUndefined()
  })

  test('answers that were handed in wait, a draft does not, and an approval goes on', async () => {
    await hearing()
    const response = recordOf('form_responses')
    const says = (answer: string) => ({ answers: { [Object.keys(response.data['answers'] as object)[0]!]: answer } })
    await lead.sends([lead.edits(response, { status: 'draft' })])
    await hearing()
    expect(await sendsOne(assistant, assistant.edits(response, { ...says('Plum'), status: 'submitted' }))).toBe('applied') // prettier-ignore
    await hearing()
    await proposalOf(assistant, assistant.edits(response, says('Violet')))
    await proposalOf(assistant, assistant.edits(response, { status: 'draft' }))
    expect(await sendsOne(planner, planner.edits(response, { status: 'approved' }))).toBe('applied')
    expect(await wedding.stored('form_responses', response.id)).toMatchObject({ ...says('Plum'), status: 'approved' })
  })

  test('what two wanted at once is settled by no rule and no strategy: it waits for the lead', async () => {
    await hearing()
    const item = fixed[3]!
    const late = assistant.edits(item, { duration_min: 41 })
    expect(await sendsOne(lead, lead.edits(item, { duration_min: 42 }))).toBe('applied')
    const { body } = await assistant.sends([late], { options: { conflictResolution: 'server_wins' } })
    expect(body.conflicts).toMatchObject([{ kind: 'fields', status: 'pending', fields: [{ rule: 'freeze@1' }] }])
    expect((await decides(planner, body.conflicts[0]!.conflictId, 'client')).status).toBe(403)
    expect((await decides(lead, body.conflicts[0]!.conflictId, 'client')).status).toBe(200)
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ duration_min: 41 })
  })

  test('batches that go together cannot get around it either: only what is held waits, and nobody else with it', async () => {
    const fillers = [await aNewcomer(wedding, 'owner'), await aNewcomer(wedding, 'owner'), await aNewcomer(wedding, 'owner')] // prettier-ignore
    for (const phone of fillers) await phone.hears()
    await hearing()
    const before = await weddingNow()
    // nobody's batch gets the clock until everybody has sent theirs: three hold the turns, the others wait and go together
    const holder = await wedding.database.admin.connect()
    await holder.query('begin')
    await holder.query('select from sync.clock where organization_id = $1 for update', [agency.organization.id])
    const first = fillers.map((phone, nth) => phone.sends([phone.edits(free[10 + nth]!, { cue: 'Hum' })]))
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock'`
    await expect.poll(async () => (await wedding.sql(waiting)).length).toBe(3)
    const sent: [Phone, Sent[]][] = [
      [lead, [lead.edits(free[4]!, { planned_start: `${day}T08:08` })]],
      [assistant, [assistant.edits(couple, { curfew: aTime() }), assistant.edits(free[3]!, { title: 'Two' })]],
      [planner, [planner.edits(fixed[4]!, { planned_start: `${day}T08:08` })]],
      [owner, [owner.edits(fixed[0]!, { planned_start: `${day}T08:09` })]],
    ]
    const others = sent.map(([phone, changes]) => phone.sends(changes))
    await new Promise((resolve) => setTimeout(resolve, 300))
    await holder.query('commit')
    holder.release()
    await Promise.all(first)
    const answers = await Promise.all(others)
    expect(answers.map((answer, nth) => endings(answer, sent[nth]![1]))).toEqual([['applied'], ['waiting', 'applied'], ['waiting'], ['applied']]) // prettier-ignore
    expect((await weddingNow())['curfew']).toBe(before['curfew'])
    const together = [sent[0]![1][0]!, sent[3]![1][0]!].map(({ changeId }) => changeId)
    const wrote = await wedding.sql('select distinct xmin::text from sync.history where change_id = any ($1)', [together]) // prettier-ignore
    expect(wrote).toHaveLength(1)
  })

  test('what the server kept, and tries again in the freeze, is a proposal then', async () => {
    await hearing()
    now = longBefore
    const [item, vendorId] = [fixed[2]!, randomUUID()]
    const change = planner.edits(item, { planned_start: `${day}T10:10`, vendor_id: vendorId })
    expect(await sendsOne(planner, change)).toBe('missing_parent')
    now = theMorning
    await lead.sends([lead.creates('vendor_contacts', { client_id: couple.id, company: 'Late' }, { id: vendorId })])
    await wedding.ends(change.changeId, 'conflict')
    const stands = await wedding.stored('timeline_items', item.id)
    expect(stands).toMatchObject({ vendor_id: vendorId, planned_start: `${item.data['planned_start'] as string}:00` })
  })

  test('changes of one action wait whole, an atomic batch is rolled back, and a dry run says it would wait', async () => {
    await hearing()
    const groupId = randomUUID()
    const [headcount, other] = [{ headcount: 160 }, free[6]!]
    const group = [planner.edits(couple, headcount, { groupId }), planner.edits(other, { title: 'Bigger' }, { groupId })] // prettier-ignore
    expect(endings(await planner.sends(group), group)).toEqual(['waiting', 'waiting'])
    expect(await wedding.stored('timeline_items', other.id)).toMatchObject({ title: other.data['title'] })
    const again = [house.edits(couple, { venue_name: 'The Mill' })]
    const atomic = await house.sends(again, { options: { atomic: true } })
    expect(atomic.body).toMatchObject({ success: false, processed: [] })
    const dry = await house.sends(again, { options: { dryRun: true } })
    expect(dry.body).toMatchObject({ dryRun: true, validation: { conflicts: [{ kind: 'proposal' }] } })
  })
})

describe('a proposal', () => {
  test('[P1] sent again is the same one, and its author’s later edit takes the place of their side', async () => {
    await hearing()
    const first = assistant.edits(couple, { headcount: 170 })
    const { conflictId } = await proposalOf(assistant, first)
    expect((await proposalOf(assistant, first)).conflictId).toBe(conflictId)
    const second = assistant.edits(couple, { headcount: 171 }, { base: { headcount: 170 }, after: first.changeId })
    const other = wedding.phoneAs(assistant)
    await other.hears()
    const third = other.edits(couple, { headcount: 172 })
    expect([await sendsOne(assistant, second), await sendsOne(other, third)]).toEqual(['waiting', 'waiting'])
    const open = (await wedding.conflictLog(couple.id)).filter(({ status, fields }) => status === 'pending' && fields[0]!.client === 172) // prettier-ignore
    expect(open).toMatchObject([{ conflict_id: conflictId, fields: [{ client: 172 }] }])
    expect((await decides(lead, conflictId, 'client')).status).toBe(200)
    expect((await weddingNow())['headcount']).toBe(172)
  })

  test('is decided by the lead, refused to another planner, and withdrawn by its author', async () => {
    await hearing()
    const stood = (await weddingNow())['curfew']
    const { conflictId } = await proposalOf(planner, planner.edits(couple, { curfew: aTime() }))
    const list = async (who: Phone) => {
      const { body } = await who.asks(`/api/offline/conflicts/${conflictId}`)
      return (body as unknown as { conflict: { canDecide: boolean } }).conflict.canDecide
    }
    expect([await list(owner), await list(lead), await list(planner), await list(assistant)]).toEqual([true, true, false, false]) // prettier-ignore
    expect((await decides(planner, conflictId, 'client')).status).toBe(403)
    expect((await decides(assistant, conflictId, 'server')).status).toBe(403)
    expect((await decides(planner, conflictId, 'server')).status).toBe(200)
    expect((await weddingNow())['curfew']).toBe(stood)
  })

  test('waits for its person when the freeze is over, and does not go in by itself', async () => {
    await hearing()
    const stood = (await weddingNow())['ceremony_start']
    const { conflictId } = await proposalOf(assistant, assistant.edits(couple, { ceremony_start: `${day}T14:44` }))
    now = '2026-06-22T12:00:00Z'
    expect((await weddingNow())['ceremony_start']).toEqual(stood)
    expect((await decides(planner, conflictId, 'client')).status).toBe(403)
    expect((await decides(owner, conflictId, 'client')).status).toBe(200)
    expect((await weddingNow())['ceremony_start']).toContain('14:44')
    now = theMorning
  })
})

describe('outside the freeze', () => {
  test('everything goes in at a glance', async () => {
    await hearing()
    now = longBefore
    const item = fixed[0]!
    for (const [who, record, data] of [
      [assistant, couple, { curfew: aTime() }],
      [planner, item, { planned_start: `${day}T07:07` }],
    ] as const) {
      const change = who.edits(record, data)
      expect(await sendsOne(who, change)).toBe('applied')
      // a receipt that is worked out, not kept: it went in without being looked at twice
      expect(await wedding.ledger(change.changeId)).toMatchObject([{ status: 'completed', receipt: null }])
    }
    now = theMorning
  })

  test('a conflict from before it that would move the plan is not decided by another planner while it lasts', async () => {
    await hearing()
    now = longBefore
    const late = assistant.edits(couple, { curfew: aTime() })
    await lead.sends([lead.edits(couple, { curfew: aTime() })])
    const { body } = await assistant.sends([late])
    const { conflictId } = body.conflicts[0]!
    now = theMorning
    expect((await decides(planner, conflictId, 'client')).status).toBe(403)
    expect((await decides(lead, conflictId, 'client')).status).toBe(200)
  })

  test('it begins and ends by the clock on the venue’s wall, wherever the server is', async () => {
    await wedding.sql(`update public.clients set time_zone = 'Pacific/Auckland' where id = $1`, [couple.id])
    // 12:00 on the wall there is midnight in Greenwich
    const held = async (at: string) => {
      await hearing()
      now = at
      const told = await sendsOne(assistant, assistant.edits(fixed[0]!, { duration_min: (minute += 1) }))
      return told === 'waiting'
    }
    expect(await held('2026-06-17T23:59:00Z')).toBe(false)
    expect(await held('2026-06-18T00:00:00Z')).toBe(true)
    expect(await held('2026-06-20T23:59:00Z')).toBe(true)
    expect(await held('2026-06-21T00:00:00Z')).toBe(false)
    await wedding.sql(`update public.clients set time_zone = $2 where id = $1`, [couple.id, couple.data['time_zone']])
    now = theMorning
  })
})

describe('who may read a note', () => {
  const aNote = async () => {
    const note = lead.creates('notes', { client_id: couple.id, body: 'The uncle is not to sit with the aunt.' })
    await lead.sends([note])
    await hearing()
    return note
  }

  test('is widened by an assistant only with a planner’s word, at any time; narrowing goes in at once', async () => {
    now = longBefore
    const note = await aNote()
    const { conflictId, fields } = await proposalOf(assistant, assistant.edits(note, { visibility: 'all', body: 'Seats!' })) // prettier-ignore
    expect(fields).toMatchObject([{ rule: 'approval@1', reason: 'Such a change of who may read it waits for the word of the owner or the planner.' }]) // prettier-ignore
    expect(await wedding.stored('notes', note.id)).toMatchObject({ visibility: 'team', body: 'Seats!' })
    expect((await decides(assistant, conflictId, 'client')).status).toBe(403)
    expect((await decides(planner, conflictId, 'client')).status).toBe(200)
    expect(await wedding.stored('notes', note.id)).toMatchObject({ visibility: 'all' })
    await hearing()
    expect(await sendsOne(assistant, assistant.edits(note, { visibility: 'venue' }))).toBe('applied')
    await hearing()
    expect(await sendsOne(planner, planner.edits(note, { visibility: 'couple' }))).toBe('applied')
    now = theMorning
  })
})
