import { defineConfig } from 'vitest/config'

export default defineConfig({
  base: './',
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'] },
    outDir: '../tb_wdnorm/serve/static',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      // What is fetched later imports from the page itself, not from a third module.
      preserveEntrySignatures: 'allow-extension',
      output: {
        // Vite leaves the white space in a library for other bundlers; this one is served as it is.
        minify: true,
        comments: false,
        // Names change with the content, so that browsers may keep the modules for ever.
        entryFileNames: 'index-[hash].js',
        chunkFileNames: '[name]-[hash].js',
      },
    },
    reportCompressedSize: false,
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
})
