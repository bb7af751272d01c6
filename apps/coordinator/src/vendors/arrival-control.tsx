// One wide control that only moves forward: booked, on the way, arrived, set up. A slip is taken back with Undo, or later
// under "More" of the vendor.
import { useSave } from '../frame/use-save.ts'
import { arrivalInWords, placeOf, shownSteps, type ArrivalStep } from './arrival-steps.ts'
import { type VendorRecord } from './vendor-record.ts'

export const ArrivalControl = ({ vendor, mayMove }: { vendor: VendorRecord; mayMove: boolean }) => {
  const moveTo = useMoveTo(vendor)
  const reached = placeOf(vendor.arrival_status)
  return (
    <div className="arrival" role="group" aria-label={`Arrival of ${vendor.company}`}>
      {shownSteps.map(({ step, label }, place) => (
        <button
          key={step}
          type="button"
          aria-pressed={place === reached}
          data-step={step}
          data-reached={place < reached || undefined}
          aria-disabled={!mayMove || place <= reached}
          onClick={() => {
            if (mayMove && place > reached) moveTo(step)
          }}
        >
          {place === reached ? arrivalInWords(vendor.arrival_status) : label}
        </button>
      ))}
    </div>
  )
}

/** Moves the vendor to a step, with the way back. The time of arrival is not written yet: two who saw it would disagree by seconds. */
export const useMoveTo = ({ id, company, arrival_status }: VendorRecord): ((step: ArrivalStep) => void) => {
  const save = useSave()
  return (step) =>
    void save(
      'vendor_contacts',
      id,
      { arrival_status: step },
      { says: `${arrivalInWords(step)} · ${company}`, before: { arrival_status } },
    )
}
