import react from "@vitejs/plugin-react";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** Where `npm run dev` finds the server; the built page is served by the server itself. */
const server = process.env["NATTERNET_DEV_SERVER"] ?? "http://127.0.0.1:8080";

/** Tells the service worker which files make up this build. */
function buildFiles(): Plugin {
    return {
        name: "natternet-build-files",
        enforce: "post",
        generateBundle(_, bundle) {
            const worker = bundle["sw.js"];
            if (worker?.type !== "chunk") throw new Error("The build has no service worker.");
            const own = readdirSync("public").sort();
            const hash = createHash("sha256");
            for (const name of own) hash.update(name).update(readFileSync(`public/${name}`));
            const made = Object.values(bundle).filter((file) => file !== worker).sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
            for (const file of made) hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
            const files = [...own, ...made.map(({ fileName }) => fileName)].filter((name) => name !== "index.html").map((name) => `/${name}`);
            const build = JSON.stringify({ version: hash.digest("base64url").slice(0, 12), files });
            worker.code = worker.code.replaceAll("__BUILD__", () => build);
        },
    };
}

export default defineConfig({
    plugins: [react(), buildFiles()],
    // What the page is made for: the program that it is built into.
    define: { __VERSION__: JSON.stringify(/version: '([^']+)'/.exec(readFileSync("../../meson.build", "utf8"))?.[1] ?? "") },
    build: {
        target: "es2022",
        // The page's policy is `default-src 'self'`: nothing inline, no data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        rollupOptions: {
            input: { index: "index.html", sw: "worker/sw.ts" },
            // The worker's own name must not change: browsers look there for the next one.
            output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
        },
    },
    server: {
        proxy: { "/api": { target: server, ws: true } },
    },
});
