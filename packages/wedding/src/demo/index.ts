// The second door: records to try things on. Nothing in the app itself walks through it.
export {
  demoAccounts,
  demoAgencies,
  demoAgency,
  demoFirstWeddingId,
  demoMembershipIds,
  type DemoAgency,
} from './demo-agency.ts'
export { demoId } from './demo-ids.ts'
