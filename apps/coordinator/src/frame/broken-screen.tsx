// When a screen fails: what happened to the work first, then what to do.
export const BrokenScreen = () => (
  <main className="cover">
    <h1>Your work is safe on this phone</h1>
    <p className="cover__says">This screen could not be shown. Nothing you wrote is lost.</p>
    <button className="button button--main" type="button" onClick={() => location.reload()}>
      Open it again
    </button>
  </main>
)
