// "Speeches moved to 16:15 · Undo", above the badge, for long enough to be read and reached.
import { useContext, useEffect } from 'react'
import { UndoContext } from './undo-context.ts'

const shownMs = 10_000

export const UndoBar = () => {
  const { said, hush } = useContext(UndoContext)

  useEffect(() => {
    if (!said) return
    const timer = setTimeout(hush, shownMs)
    return () => clearTimeout(timer)
  }, [said, hush])

  return (
    <div role="status">
      {said && (
        <div className="undo" key={said.turn}>
          <span>{said.says}</span>
          {said.undo && (
            <button
              type="button"
              onClick={() => {
                said.undo?.()
                hush()
              }}
            >
              Undo
            </button>
          )}
        </div>
      )}
    </div>
  )
}
