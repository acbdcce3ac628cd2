// A value with its unit, in words.
import { count } from "../ui/words";

export const amount = (value: number | null, unit: string): string =>
  value === null ? "no value" : unit === "" ? count(value) : unit === "%" ? `${count(value)}%` : `${count(value)} ${unit}`;
