// Packs the built web client into the program: every file of DIST, with gzip and Brotli variants
// where they save something, goes into one blob that the assembler takes in as it is; the table
// of src/server/web_assets.h is written beside it.
// Use: node tool/pack_web.mjs DIST OUT_DIR   (DIST "none": an empty table)
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [dist, out] = process.argv.slice(2);

const types = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
};
const compressible = /text|json|javascript|svg|icon/;

function filesIn(dir) {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? filesIn(join(dir, entry.name)) : [join(dir, entry.name)]);
}

// A variant is worth its bytes only where it is clearly smaller.
function ifSmaller(variant, plain) {
    return variant.length < plain.length * 0.95 ? variant : null;
}

function variants(plain, type) {
    if (!compressible.test(type)) return { plain, gzip: null, br: null };
    const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    };
    return {
        plain,
        gzip: ifSmaller(gzipSync(plain, { level: 9 }), plain),
        br: ifSmaller(brotliCompressSync(plain, { params }), plain),
    };
}

const blob = [];
let size = 0;
function place(bytes) {
    if (!bytes) return "{0, 0}";
    const entry = `{web_blob + ${size}, ${bytes.length}}`;
    blob.push(bytes);
    size += bytes.length;
    return entry;
}

function row(file) {
    const type = types[extname(file)];
    if (!type) throw new Error(`${file}: tool/pack_web.mjs knows no type for this ending`);
    const bytes = readFileSync(file);
    const { plain, gzip, br } = variants(bytes, type);
    const path = "/" + relative(dist, file);
    const etag = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
    const immutable = /^\/assets\/.*-[\w-]{8}\.\w+$/.test(path);
    return `    {"${path}", "${type}", "\\"${etag}\\"", ${immutable},\n` +
        `     ${place(plain)}, ${place(gzip)}, ${place(br)}},\n`;
}

const files = dist === "none" ? [] : filesIn(dist).sort();
if (dist !== "none" && !files.includes(join(dist, "index.html")))
    throw new Error(`${dist} holds no built page; run \`make web\``);
const rows = files.map(row);
const blobPath = resolve(out, "web_blob.bin");
mkdirSync(out, { recursive: true });
writeFileSync(blobPath, Buffer.concat(blob));
writeFileSync(join(out, "web_assets.c"), `/* Made by tool/pack_web.mjs from the built web client. */
#include "server/web_assets.h"

extern const uint8_t web_blob[] __attribute__((visibility("hidden")));
__asm__(".section .rodata\\n"
        ".balign 16\\n"
        ".global web_blob\\n"
        "web_blob:\\n"
        ".incbin \\"${blobPath}\\"\\n"
        ".byte 0\\n"
        ".previous\\n");

const struct static_file web_assets[] = {
${rows.join("")}    {0},
};
const size_t web_assets_count = ${rows.length};
`);
// Ninja packs again when one of these changes; a new file changes index.html too.
writeFileSync(join(out, "web_assets.d"),
    `${join(out, "web_assets.c")}: ${files.map((f) => f.replaceAll(" ", "\\ ")).join(" ")}\n`);
