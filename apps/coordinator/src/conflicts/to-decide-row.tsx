// The way to what waits for this person; not there where nothing does.
import { OnwardIcon } from '../frame/icons.tsx'
import { linkTo } from '../frame/use-route.ts'
import { useToDecide } from './use-to-decide.ts'

export const ToDecideRow = ({ weddingId, onFollow }: { weddingId: string; onFollow?: () => void }) => {
  const count = useToDecide(weddingId).open.length
  if (count === 0) return null
  return (
    <a className="plain-row" href={linkTo(weddingId, 'decide')} onClick={onFollow}>
      <span>
        {count === 1 ? 'One thing waits for you to decide' : `${count} things wait for you to decide`}
        <small>Two people changed the same</small>
      </span>
      <OnwardIcon />
    </a>
  )
}
