// Builds the phone's app into `dist`, for the API's own server to hand out. Nothing is written inline into the page, so
// that it opens under a content policy of 'self' alone; the worker is ours (`src/sw.ts`), with the list of files put in.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const icon = (size: string, purpose: 'any' | 'maskable' = 'any') => ({
  src: `/icon-${size}.png`,
  sizes: `${size.replace(/\D/g, '')}x${size.replace(/\D/g, '')}`,
  type: 'image/png',
  purpose,
})

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      injectManifest: { globPatterns: ['**/*.{js,css,html,svg,png}'] },
      manifest: {
        id: '/',
        name: 'WedSync',
        short_name: 'WedSync',
        description: 'The plan of a wedding day, the same on every phone, with or without a signal.',
        start_url: '/',
        display: 'standalone',
        background_color: '#FBF8F3',
        theme_color: '#FBF8F3',
        icons: [icon('192'), icon('512'), icon('512-maskable', 'maskable')],
      },
    }),
  ],
  // no browser in use needs the polyfill; less to load where the signal is weak
  build: { target: 'es2023', modulePreload: { polyfill: false } },
  // while developing, the API runs beside on its own port
  server: { proxy: { '/api': process.env['WEDSYNC_API'] ?? 'http://127.0.0.1:4400' } },
})
