// Opens the app: keeps its files on the phone, then shows whoever is signed in here their wedding.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { BrokenScreen } from './frame/broken-screen.tsx'
import { keepAppOnPhone } from './frame/keep-app-on-phone.ts'

keepAppOnPhone()

const place = document.querySelector('#root')!
const root = createRoot(place, {
  onUncaughtError: (error) => {
    console.error(error)
    // this root is gone by now; a new one, with nothing on it that could break again
    queueMicrotask(() => createRoot(place.appendChild(document.createElement('div'))).render(<BrokenScreen />))
  },
})
root.render(
  <StrictMode>
    <App />
  </StrictMode>,
)
