// One side of something that waits: "theirs 16:30". Stands in a list of them, so that the eye compares.
export const ValueLine = ({ says, value, isStrong = false }: { says: string; value: string; isStrong?: boolean }) => (
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
