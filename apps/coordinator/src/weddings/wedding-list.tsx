// The weddings this person holds on this phone, the next ones first.
import { dayInWords } from '../clock/venue-time.ts'
import { OnwardIcon } from '../frame/icons.tsx'
import { linkTo } from '../frame/use-route.ts'
import { type Wedding } from './wedding-record.ts'

export const WeddingList = ({ weddings, isLoading }: { weddings: readonly Wedding[]; isLoading: boolean }) => (
  <main className="page">
    <header className="masthead">
      <h1>Weddings</h1>
    </header>
    {weddings.length === 0 ? (
      <p className="empty" role="status">
        {isLoading ? 'Fetching your weddings…' : 'No wedding is yours yet. Ask the planner to add you to one.'}
      </p>
    ) : (
      <ul>
        {weddings.map((wedding) => (
          <li key={wedding.id}>
            <a className="plain-row" href={linkTo(wedding.id, 'day')}>
              <span>
                <strong>{wedding.names}</strong>
                <small>
                  {dayInWords(wedding.wedding_date)} {wedding.wedding_date.slice(0, 4)}
                  {wedding.venue_name ? ` · ${wedding.venue_name}` : ''}
                </small>
              </span>
              <OnwardIcon />
            </a>
          </li>
        ))}
      </ul>
    )}
  </main>
)
