import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const backend = process.env["TESSERA_URL"] ?? "http://127.0.0.1:8000";

// Bundles lie under /static/, which Django serves from dist; every other address is a page of the app.
export default defineConfig({
  base: "/",
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "dist",
    assetsDir: "static",
    target: ["chrome123", "firefox121", "safari17.5"],
    rolldownOptions: {
      output: {
        // What changes with an upgrade only stays in the browser's cache when the app changes.
        codeSplitting: { groups: [{ name: "react", test: /node_modules\/(react|react-dom|react-router|scheduler)\// }] },
      },
    },
  },
  server: {
    proxy: {
      "/api": { target: backend },
      "/ws": { target: backend, ws: true },
    },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
