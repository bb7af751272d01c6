// POST /api/offline/sync — a device hands over what it changed while away, and hears what others changed.
// Answers one receipt per change, in the order they were sent.
import { DryRunResponse, SyncEnvelope, SyncOptions, SyncRequest, SyncResponse } from '@wedsync/protocol'
import { deviceFacts, instantOrNull } from '../../push/device-facts.ts'
import { refuseTooOld } from '../../push/refuse-too-old.ts'
import * as z from 'zod/mini'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'
import { receiptsOf, syncAnswer } from './answer-sync.ts'
import { dryRunAnswer } from './answer-dry-run.ts'
import { nextSyncTime } from './next-sync-time.ts'

export const syncPush = route<Steps, typeof SyncEnvelope>({
  method: 'POST',
  path: '/api/offline/sync',
  summary: 'Hand over changes made on a device, and hear what others changed',
  who: 'person',
  takes: SyncEnvelope,
  shows: SyncRequest,
  answers: z.union([SyncResponse, DryRunResponse]),
  refuses: ['forbidden', 'cursor_reset', 'batch_too_large', 'upgrade_required'],
  limitedAs: 'push',
  waitsAs: ({ body: { changes, cursor } }) => (changes.length > 0 ? 'push' : cursor ? 'pull' : 'load'),

  async handle({ body, requestId, patience }, steps, caller) {
    const started = performance.now()
    refuseTooOld(body.schemaVersion)
    const deviceId = body.deviceId ?? body.deviceInfo?.deviceId
    if (!deviceId)
      throw new ApiError('validation_failed', 'The request says no device.', {
        details: [
          { path: 'deviceId', code: 'invalid_type', message: 'One of deviceId and deviceInfo.deviceId is needed.' },
        ],
      })
    const options = body.options ?? SyncOptions.parse({})
    const cursor = steps.readCursor(body.cursor, caller)
    const sessionId = `sess_${steps.newId()}`
    const { batchId, changes } = body
    const deviceInfo = deviceFacts(body.deviceInfo ?? {})
    const lastSyncTime = instantOrNull(body.lastSyncTime ?? null)

    const { decisions, order } =
      changes.length > 0
        ? await steps.receiveBatch(
            caller,
            { requestId, sessionId, batchId, deviceId, deviceInfo, cursor, lastSyncTime, changes, options },
            patience,
          )
        : { decisions: [], order: null }
    const ms = performance.now() - started
    if (changes.length > 0) steps.batchReceived({ requestId, deviceId, decisions, ms })
    const forbidden = decisions.filter(
      ({ receipt }) => receipt.kind === 'failed' && receipt.failure.code === 'forbidden',
    )
    steps.seen.changesForbidden(requestId, caller, forbidden.length)
    if (options.dryRun) return dryRunAnswer(sessionId, decisions)

    const wish = {
      ...{ deviceId, cursor, since: lastSyncTime, scopes: body.scopes ?? null },
      ...{ limit: options.pullLimit, device: deviceInfo },
    }
    const isReceiptsOnly = options.pullLimit === 0 && cursor && order
    const page = isReceiptsOnly
      ? steps.receiptsOnlyPage(caller, cursor, order)
      : changes.length > 0
        ? await steps.readPageOfPush(caller, wish, order, patience)
        : await steps.readPage(caller, wish)
    const answered = receiptsOf(sessionId, decisions, options.atomic, ms)
    return syncAnswer(answered, page, nextSyncTime(steps.clock()), performance.now() - started)
  },
})
