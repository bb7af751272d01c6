// Above the list, where two or more small things wait: how many, and what can be said of all of them at once.
import { type ShownConflict } from '@wedsync/client'
import { useId } from 'react'
import { choiceInWords, offersForAll, type Choice } from './choice-in-words.ts'

type Props = {
  conflicts: readonly ShownConflict[]
  onChoose: (conflicts: readonly ShownConflict[], choice: Choice) => void
}

export const HarmlessBar = ({ conflicts, onChoose }: Props) => {
  const headId = useId()
  if (conflicts.length < 2) return null
  return (
    <section className="harmless" aria-labelledby={headId}>
      <h2 id={headId}>{conflicts.length} small ones can be decided at once</h2>
      <p>Notes and the like. Whatever weighs more stays in the list, to be looked at.</p>
      <div className="harmless__choices">
        {offersForAll(conflicts).map((choice) => (
          <button
            className="button"
            type="button"
            key={choice}
            aria-haspopup="dialog"
            onClick={() => onChoose(conflicts, choice)}
          >
            {choiceInWords(choice, conflicts)}
          </button>
        ))}
      </div>
    </section>
  )
}
