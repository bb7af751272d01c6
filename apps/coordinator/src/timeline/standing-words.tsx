// How the day stands, in words, with a shape and a colour that say the same.
import { Mark } from '../frame/mark.tsx'
import { type Standing } from './arrange-day.ts'

export const StandingWords = ({ standing: { says, aside, tone } }: { standing: Standing }) => (
  <>
    <span className={`tone tone--${tone}`}>
      {tone === 'lot' && <Mark shape="peak" />} {tone === 'little' && <Mark shape="full" />} {says}
    </span>
    {aside && ` · ${aside}`}
  </>
)
