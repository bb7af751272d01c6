// A world while it lives, as those who act in it and those who check it see it.
import type { ModelDatabase } from '../model/model-database.ts'
import type { Phone } from './phone.ts'
import type { Hear } from './events.ts'
import type { Deed, Plan } from './plan.ts'
import type { ServerNode } from './server-node.ts'
import type { VirtualTime } from './virtual-time.ts'

export type World = {
  plan: Plan
  time: VirtualTime
  model: ModelDatabase
  phones: Phone[]
  nodes: ServerNode[]
  isQuiet: () => boolean
  /** When the weather cleared. */
  quietSince: () => number
  /** Times the server's history was put back to an older copy. */
  restores: () => number
  /** What still waited when the quiet time was over, before anybody asked again. */
  leftWaiting: { phone: string; changeId: string }[]
  /** What was thrown and nobody expected. */
  faults: unknown[]
}

/** What a deed may reach of its world. */
export type DeedParts = {
  world: World
  hear: Hear
  says: (deed: Deed, text: string) => void
  faults: unknown[]
  cut: (phone: string, ms: number) => void
  addObstacle: (key: string) => void
  dropObstacle: (key: string) => void
  backup: () => void
  restore: () => void
  passSeasons: () => void
  call: (phone: Phone, method: string, path: string) => Promise<number>
}
