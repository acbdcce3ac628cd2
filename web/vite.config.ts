// Builds the client into dist/: a gzip copy beside every asset and the hash of the sources the
// build came from, so that build.rs can tell a stale build without running Node.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { sourceHash } from "./scripts/source-hash.mjs";

const root = import.meta.dirname;
const compressible = /\.(html|js|css|svg|json|txt)$/;

function filesUnder(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

function finishBuild(): Plugin {
  return {
    name: "finish-build",
    apply: "build",
    closeBundle() {
      const dist = resolve(root, "dist");
      for (const path of filesUnder(dist)) {
        if (!compressible.test(path)) continue;
        const plain = readFileSync(path);
        const packed = gzipSync(plain, { level: 9 });
        if (packed.length < plain.length) writeFileSync(`${path}.gz`, packed);
      }
      writeFileSync(join(dist, ".source-hash"), `${sourceHash(root)}\n`);
    },
  };
}

const backend = process.env["OPSCOPILOT_URL"] ?? "http://127.0.0.1:8787";

export default defineConfig({
  root,
  plugins: [finishBuild()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One name for every file a page load fetches: the server marks /assets/ immutable.
    assetsDir: "assets",
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/v1": { target: backend, ws: true, changeOrigin: true } },
  },
});
