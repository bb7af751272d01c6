// Every shape a transaction of the server has, in the order of the walk.
import { decisionBySync, decisionOverHttp, withdrawal } from './decision-shapes.ts'
import { carefulBatch, contestedBatch, escrow, groupedBatch, plainBatch, pullPage } from './device-shapes.ts'
import { batchesTogether, cleanup, discard, retryOfKept, status, triedByHand } from './server-shapes.ts'

export const allShapes = {
  ...{
    plainBatch,
    batchesTogether,
    groupedBatch,
    contestedBatch,
    carefulBatch,
    decisionBySync,
    decisionOverHttp,
    withdrawal,
    pullPage,
  },
  ...{ status, retryOfKept, triedByHand, discard, cleanup, escrow },
}
