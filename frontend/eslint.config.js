import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'

/** A layer of src/: what it may neither import nor touch. */
function layer(folder, imports, globals) {
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: imports, message: `src/${folder} must not know of this layer.` }] },
      ],
      'no-restricted-globals': ['error', ...globals],
    },
  }
}

const NETWORK = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource']
const PAGE = [
  'window',
  'document',
  'navigator',
  'location',
  'requestAnimationFrame',
  'localStorage',
]
const HOST_PAGE = ['parent', 'top', 'postMessage']

export default tseslint.config(
  {
    files: ['src/**/*.{ts,tsx}', 'test/**/*.ts', 'vite.config.ts'],
    extends: [
      eslint.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['*.js'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: { console: false, process: false, URL: false } },
  },
  layer(
    'model',
    [
      'preact',
      'preact/*',
      '@preact/*',
      '**/data/*',
      '**/view/*',
      '**/host',
      '**/store',
      '**/loading',
    ],
    [...NETWORK, ...PAGE, ...HOST_PAGE],
  ),
  layer(
    'data',
    ['preact', 'preact/*', '@preact/*', '**/view/*', '**/host', '**/store', '**/loading'],
    [...PAGE, ...HOST_PAGE],
  ),
  layer('view', ['**/data/*', '**/host', '**/loading'], [...NETWORK, ...HOST_PAGE]),
)
