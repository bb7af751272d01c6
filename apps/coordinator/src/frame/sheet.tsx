// A sheet from below. The platform's own dialog keeps the focus inside and everything behind it still; Escape, the close
// button and a tap beside it all leave by the same door, `onClose`.
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { CloseIcon } from './icons.tsx'

type Props = { title: string; closeLabel?: string; onClose: () => void; children: ReactNode }

export const Sheet = ({ title, closeLabel = 'Close', onClose, children }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const titleId = useId()

  // closed while it is still on the page: the platform gives the focus back to whatever opened it
  useLayoutEffect(() => {
    const shown = dialog.current
    if (shown && !shown.open) {
      shown.showModal()
      // on the heading, not in the first field: a keyboard that jumps up would hide half the sheet
      heading.current?.focus()
    }
    return () => shown?.close()
  }, [])

  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="sheet__inside">
        <div className="sheet__head">
          <h2 id={titleId} ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <button className="sheet__close" type="button" onClick={onClose} aria-label={closeLabel}>
            <CloseIcon />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
