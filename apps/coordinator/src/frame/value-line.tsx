// One side of something that waits: "theirs 16:30". Stands in a list of them, so that the eye compares.
import { type ReactNode } from 'react'

type Props = { says: string; value: ReactNode; isStrong?: boolean }

export const ValueLine = ({ says, value, isStrong = false }: Props) => (
  <div>
    <dt>{says}</dt>
    <dd>
      {isStrong ? (
        <strong>
          <bdi>{value}</bdi>
        </strong>
      ) : (
        <bdi>{value}</bdi>
      )}
    </dd>
  </div>
)
