// Somebody asks a server for something that no phone does by itself.
import type { Phone } from './phone.ts'
import { tokenFor, type ServerNode } from './server-node.ts'
import type { VirtualTime } from './virtual-time.ts'

/** The status; 0 where nobody answered. */
export const callApi = async (
  nodes: readonly ServerNode[],
  phone: Phone,
  time: VirtualTime,
  method: string,
  path: string,
): Promise<number> => {
  const { userId, organizationId } = phone.person
  try {
    const answer = await nodes[0]!.ask({
      method,
      address: path,
      headers: { Authorization: `Bearer ${tokenFor(userId, organizationId, time.now() + 60_000)}` },
      body: null,
    })
    return answer.status
  } catch {
    return 0
  }
}
