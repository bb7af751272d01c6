// Hands the engine to every screen below it. The engine is started outside, once, and outlives any screen.
import { createContext, createElement, useContext, type ReactElement, type ReactNode } from 'react'
import { type SyncEngine } from '../sync-engine.ts'

const EngineContext = createContext<SyncEngine | null>(null)

/** Makes `engine` the one that the hooks below look through. */
export const SyncProvider = ({ engine, children }: { engine: SyncEngine; children?: ReactNode }): ReactElement =>
  createElement(EngineContext.Provider, { value: engine }, children)

/** The engine of the nearest provider. */
export const useEngine = (): SyncEngine => {
  const engine = useContext(EngineContext)
  if (!engine) throw new Error('There is no <SyncProvider engine={…}> above this component.')
  return engine
}
