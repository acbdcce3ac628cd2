// Generates src/protocol.ts from schema/copilot.v1.json, which the Rust types generate.
// `--check` writes nothing and fails when the file would change.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");
const schemaPath = join(root, "schema", "copilot.v1.json");
export const outputPath = join(root, "src", "protocol.ts");

const HEADER = `// The vocabulary of copilot.v1. Generated from schema/copilot.v1.json by \`npm run types\`: do not edit.

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
`;

/** The whole of src/protocol.ts. */
export function generate() {
  const { $defs } = JSON.parse(readFileSync(schemaPath, "utf8"));
  const names = Object.keys($defs).sort();
  return [HEADER, ...names.map((name) => declaration(name, $defs[name]))].join("\n");
}

function declaration(name, schema) {
  const plainObject = schema.type === "object" && !schema.$ref && !schema.oneOf && !schema.anyOf;
  const body = plainObject
    ? `export interface ${name} ${object(schema, "")}`
    : `export type ${name} =${typeOf(schema, "").replace(/^(?!\n)/, " ")};`;
  return `${comment(schema.description, "")}${body}\n`;
}

function typeOf(schema, indent) {
  if (schema === true || Object.keys(schema).every((key) => key === "description" || key === "default")) {
    return "Json";
  }
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return union(variants, indent);
  if (schema.$ref) return reference(schema, indent);
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(" | ");
  }
  return simple(schema, indent);
}

function simple(schema, indent) {
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return `readonly ${parenthesised(typeOf(schema.items ?? true, indent))}[]`;
    case "object":
      return object(schema, indent);
    default:
      throw new Error(`no TypeScript for ${JSON.stringify(schema)}`);
  }
}

// A tagged variant is written as a reference and the tag beside it.
function reference(schema, indent) {
  const name = schema.$ref.replace("#/$defs/", "");
  return schema.properties ? `(${name} & ${object(schema, indent)})` : name;
}

function union(variants, indent) {
  if (variants.length <= 2 || variants.every((variant) => "const" in variant)) {
    return variants.map((variant) => typeOf(variant, indent)).join(" | ");
  }
  return variants.map((variant) => `\n${indent}  | ${typeOf(variant, `${indent}    `)}`).join("");
}

function object(schema, indent) {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return "{ readonly [key: string]: Json }";
  const required = new Set(schema.required ?? []);
  const fields = properties.map(([key, value]) => {
    const mark = required.has(key) ? "" : "?";
    const inner = `${indent}  `;
    return `${comment(value.description, inner)}${inner}readonly ${key}${mark}: ${typeOf(value, inner)};\n`;
  });
  return `{\n${fields.join("")}${indent}}`;
}

const parenthesised = (type) => (/^readonly |[|&]/.test(type) && !/^[({]/.test(type) ? `(${type})` : type);

function comment(text, indent) {
  if (!text) return "";
  return `${indent}/** ${text.replaceAll("*/", "* /").split("\n").join(`\n${indent} * `)} */\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const wanted = generate();
  if (!process.argv.includes("--check")) {
    writeFileSync(outputPath, wanted);
  } else if (readFileSync(outputPath, "utf8") !== wanted) {
    console.error("src/protocol.ts differs from schema/copilot.v1.json: run `npm run types`");
    process.exit(1);
  }
}
