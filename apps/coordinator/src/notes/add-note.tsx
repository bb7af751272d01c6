// Writes a note. What is half written survives a reload; saving needs no signal and no second try.
import { useSyncEngine } from '@wedsync/client/react'
import { useState } from 'react'
import { useSay } from '../frame/undo-context.ts'
import { notSaved } from '../frame/use-save.ts'
import { kinds, type NoteFields } from './note-record.ts'

type Props = { weddingId: string; userId: string; mayTakeBack: boolean }

export const AddNote = ({ weddingId, userId, mayTakeBack }: Props) => {
  const { engine } = useSyncEngine()
  const say = useSay()
  const [body, setBody] = useDraft(`wedsync.half-written:${userId}:${weddingId}`)
  const [category, setCategory] = useState<NoteFields['category']>('idea')

  const add = async (): Promise<void> => {
    if (body.trim() === '') return
    try {
      const id = await engine.create('notes', { client_id: weddingId, body: body.trim(), category })
      setBody('')
      setCategory('idea')
      say({
        says: mayTakeBack ? 'Note saved' : 'Note saved. The team reads it.',
        ...(mayTakeBack && { undo: () => void engine.remove('notes', id) }),
      })
    } catch (error) {
      say({ says: notSaved(error) })
    }
  }

  return (
    <form
      className="add-note"
      aria-label="Write a note"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <label className="field">
        <span className="field__label">A note for the team</span>
        <textarea
          value={body}
          onChange={(event) => setBody(event.target.value)}
          placeholder="What should the others know?"
        />
      </label>
      <div className="add-note__row">
        <label className="field">
          <span className="unseen">What kind of note</span>
          <select value={category} onChange={(event) => setCategory(event.target.value as NoteFields['category'])}>
            {kinds.map(({ kind, label }) => (
              <option key={kind} value={kind}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button className="button button--main" type="submit" disabled={body.trim() === ''}>
          Save note
        </button>
      </div>
    </form>
  )
}

const useDraft = (key: string): [string, (text: string) => void] => {
  const [text, setText] = useState(() => localStorage.getItem(key) ?? '')
  return [
    text,
    (next) => {
      setText(next)
      if (next === '') localStorage.removeItem(key)
      else localStorage.setItem(key, next)
    },
  ]
}
