import { InvalidArgumentError } from "commander";

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Returns the milliseconds of a duration such as `90s`, `60m`, `24h` or `7d`. */
export function duration(text: string): number {
  const [, number, unit = ""] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("Give a whole number with its unit: s, m, h or d, such as 60m.");
  return Number(number) * (UNITS[unit] ?? 0);
}

/** Writes milliseconds as a duration is given, one day as `24h`. */
export function writtenDuration(milliseconds: number): string {
  const fits = ([unit, length]: [string, number]) =>
    milliseconds % length === 0 && milliseconds >= (unit === "d" ? 2 : 1) * length;
  const [unit, length] = Object.entries(UNITS).findLast(fits) ?? ["s", 1_000];
  return `${milliseconds / length}${unit}`;
}
