import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` finds the server; the built page is served by the server itself. */
const server = process.env["NATTERNET_DEV_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
    plugins: [react()],
    build: {
        target: "es2022",
        // The page's policy is `default-src 'self'`: nothing inline, no data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
    },
    server: {
        proxy: { "/api": { target: server, ws: true } },
    },
});
