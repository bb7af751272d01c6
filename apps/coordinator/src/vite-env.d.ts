// What Vite adds to `import.meta` and no more: its own types would bring a good deal with them.
interface ImportMetaEnv {
  readonly DEV: boolean
}
interface ImportMeta {
  readonly env: ImportMetaEnv
}
