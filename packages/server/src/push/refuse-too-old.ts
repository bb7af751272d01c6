// Takes the version of the tables a device knows; refuses one whose changes can no longer be translated. Nothing is stored
// and nothing is lost: the outbox stays. A newer one than ours is taken as it is.
import { schemaVersionCurrent, schemaVersionOldest } from '@wedsync/protocol'
import { ApiError } from '../http/api-error.ts'

export const refuseTooOld = (version = schemaVersionCurrent): void => {
  if (version < schemaVersionOldest)
    throw new ApiError(
      'upgrade_required',
      `This app knows the tables of version ${version}; from ${schemaVersionOldest} on they can be translated. Update the app: what you saved stays.`,
    )
}
