import { defineConfig } from 'vitest/config'

export default defineConfig({
  base: './',
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    outDir: '../tb_wdnorm/serve/static',
    emptyOutDir: true,
    target: 'es2022',
    // Vite leaves the white space in a library for other bundlers; this one is served as it is.
    rolldownOptions: { output: { minify: true, comments: false, chunkFileNames: '[name].js' } },
    reportCompressedSize: false,
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
})
