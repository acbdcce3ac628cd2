import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate, outputPath } from "../../scripts/types.mjs";

test("the TypeScript types are those of the schema", () => {
  expect(readFileSync(outputPath, "utf8")).toBe(generate());
});
