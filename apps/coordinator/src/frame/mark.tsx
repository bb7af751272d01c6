// A small shape before a few words, drawn rather than typed: not every phone's letters have them. Never without the words.
type Shape = 'open' | 'full' | 'peak' | 'dot' | 'clock'

export const Mark = ({ shape }: { shape: Shape }) => (
  <svg className="shape" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
    <path
      d={outlines[shape]}
      fill={shape === 'open' || shape === 'clock' ? 'none' : 'currentColor'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
    />
  </svg>
)

// a hard time, late by a little, needs somebody, only here yet, another time
const outlines: Record<Shape, string> = {
  open: 'M6 1l5 5-5 5-5-5z',
  full: 'M6 1l5 5-5 5-5-5z',
  peak: 'M6 1.500l5 9H1z',
  clock: 'M6 1a5 5 0 1 0 .01 0zM6 3.500V6l1.500 1',
  dot: 'M6 2.500a3.5 3.5 0 1 0 .01 0z',
}
