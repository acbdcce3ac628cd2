// The hash of everything a build of the client depends on. build.rs computes the same value:
// FNV-1a (64 bit) over each file's path, a zero byte, its bytes, a zero byte, in path order.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const INPUTS = [
  "index.html",
  "package-lock.json",
  "package.json",
  "public",
  "scripts/source-hash.mjs",
  "src",
  "tsconfig.json",
  "vite.config.ts",
];

/** Paths of all inputs relative to `root`, with forward slashes, sorted by their bytes. */
export function sourceFiles(root) {
  const found = [];
  const visit = (path) => {
    if (statSync(join(root, path)).isDirectory()) {
      for (const name of readdirSync(join(root, path))) visit(`${path}/${name}`);
    } else {
      found.push(path);
    }
  };
  INPUTS.forEach(visit);
  return found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The hash as 16 hexadecimal digits. */
export function sourceHash(root) {
  const hash = new Fnv();
  const zero = Buffer.from([0]);
  for (const path of sourceFiles(root)) {
    hash.add(Buffer.from(path)).add(zero).add(readFileSync(join(root, path))).add(zero);
  }
  return hash.hex();
}

// 64-bit arithmetic in two 32-bit halves: BigInt would take a second over the lock file.
class Fnv {
  low = 0x84222325;
  high = 0xcbf29ce4;

  add(bytes) {
    for (const byte of bytes) {
      this.low = (this.low ^ byte) >>> 0;
      // hash * 0x100000001b3 modulo 2^64, where the prime is 2^40 + 0x1b3.
      const product = this.low * 0x1b3;
      const carry = Math.floor(product / 2 ** 32);
      const high = Math.imul(this.high, 0x1b3) + carry + ((this.low << 8) >>> 0);
      this.low = product >>> 0;
      this.high = high >>> 0;
    }
    return this;
  }

  hex() {
    return [this.high, this.low].map((half) => half.toString(16).padStart(8, "0")).join("");
  }
}
