import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// File names stay as they are: Django's manifest storage gives each its hash.
export default defineConfig({
  plugins: [svelte({ compilerOptions: { runes: true } })],
  // The drag and drop library's build for today's browsers: the other carries helpers for old ones.
  resolve: { mainFields: ["svelte", "module:es2019", "module", "main"] },
  build: {
    outDir: "../../src/neoncard/web/static/neoncard/board",
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    cssTarget: ["chrome120", "firefox121", "safari17.2"],
    modulePreload: false,
    rollupOptions: {
      input: "src/main.ts",
      output: {
        format: "es",
        entryFileNames: "board.js",
        assetFileNames: "board[extname]",
      },
    },
  },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
