import react from "@vitejs/plugin-react";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin, type Rolldown } from "vite";

type ChunkingContext = Rolldown.ChunkingContext;
type CodeSplittingOptions = Rolldown.CodeSplittingOptions;

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

const ENTRY = resolve(import.meta.dirname, "src/app/main.tsx");

/** Whether a module is part of the first screen: reached from the entry without a dynamic import. */
function isFirst(id: string, build: ChunkingContext, reached: Set<string>): boolean {
    if (reached.size === 0) {
        const ahead = [ENTRY];
        for (let next; (next = ahead.pop()) !== undefined; ) {
            if (reached.has(next)) continue;
            reached.add(next);
            ahead.push(...(build.getModuleInfo(next)?.importedIds ?? []));
        }
    }
    return reached.has(id);
}

/** One file for the first screen, and one for what parts that load behind it share: a chunk for each module that two of them use would be forty requests. */
function chunks(): CodeSplittingOptions {
    const reached = new Set<string>();
    return {
        groups: [
            { name: (id, build) => (isFirst(id, build, reached) ? "first" : null), priority: 2 },
            { name: "shared", minShareCount: 2, priority: 1 },
        ],
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
        chunkSizeWarningLimit: 600, // tool/size.mjs judges what the first screen takes
        rollupOptions: {
            input: { index: "index.html", sw: "worker/sw.ts" },
            // The worker's own name must not change: browsers look there for the next one.
            output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"), codeSplitting: chunks() },
        },
    },
    server: {
        proxy: { "/api": { target: server, ws: true } },
    },
});
