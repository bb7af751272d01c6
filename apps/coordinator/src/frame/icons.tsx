// The few drawings there are, in the current colour. A word always stands beside them or in the label of their button.
import { type ReactNode } from 'react'

const Icon = ({ children, size = 24 }: { children: ReactNode; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    {children}
  </svg>
)

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
)

export const DownIcon = () => (
  <Icon size={20}>
    <path d="M5 9l7 7 7-7" />
  </Icon>
)

export const OnwardIcon = () => (
  <Icon size={20}>
    <path d="M9 5l7 7-7 7" />
  </Icon>
)

export const CallIcon = () => (
  <Icon>
    <path d="M6.5 3.5l3 0.5 1 4.5-2.3 1.7a12 12 0 0 0 5.6 5.6l1.7-2.3 4.5 1 .5 3a2 2 0 0 1-2 2.3A15.5 15.5 0 0 1 4.2 5.500a2 2 0 0 1 2.3-2z" />
  </Icon>
)

export const MessageIcon = () => (
  <Icon>
    <path d="M4 5h16v11H10l-4.5 4v-4H4z" />
  </Icon>
)

export const DayIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5l3.5 2" />
  </Icon>
)

export const PeopleIcon = () => (
  <Icon>
    <circle cx="9" cy="8.5" r="3.5" />
    <path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 5.300a3.5 3.5 0 0 1 0 6.400M18 14.500c2 .8 3.2 2.7 3.5 5.5" />
  </Icon>
)

export const NotesIcon = () => (
  <Icon>
    <path d="M5 3.500h14v12l-5 5H5zM19 15.500h-5v5M9 8.500h6M9 12.500h4" />
  </Icon>
)

export const MoreIcon = () => (
  <Icon>
    <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3.5" />
  </Icon>
)

/** A shape for each of the four words, so that colour never speaks alone. */
export const BadgeIcon = ({ word }: { word: 'saved' | 'sending' | 'shared' | 'needs-you' }) => {
  if (word === 'saved')
    return (
      <Icon size={20}>
        <circle cx="12" cy="12" r="6" fill="currentColor" />
      </Icon>
    )
  if (word === 'sending')
    return (
      <Icon size={20}>
        <path d="M12 20V5M5.5 11L12 4.5 18.5 11" strokeWidth="2.5" />
      </Icon>
    )
  if (word === 'shared')
    return (
      <Icon size={20}>
        <path d="M4 12.500l5.5 5.500L20 6.5" strokeWidth="2.5" />
      </Icon>
    )
  return (
    <Icon size={20}>
      <path d="M12 3l9.5 17h-19zM12 10v4.500M12 17.300v.01" strokeWidth="2.2" />
    </Icon>
  )
}
