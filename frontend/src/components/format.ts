const number = new Intl.NumberFormat("en-US");
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${number.format(value)} ${value === 1 ? noun : plural}`;
}

export function integer(value: number): string {
  return number.format(value);
}

export function percent(value: number | null | undefined, digits = 1): string {
  return value == null || Number.isNaN(value) ? "–" : `${(value * 100).toFixed(digits)} %`;
}

export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(size >= 100 || unit === 0 ? 0 : 1)} ${units[unit] ?? "B"}`;
}

/** Three significant digits: "4.12 ms", "37.3 ms", "510 ms". */
export function milliseconds(value: number): string {
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ms`;
}

/** Megabytes as memory is told: "210 MB", "1.4 GB". */
export function megabytes(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(1)} GB` : `${Math.round(value)} MB`;
}

/** 75 → "1 min 15 s"; two units at most. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function parameters(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} B`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return `${Math.round(value / 1e3)} k`;
}

/** Four significant digits, without trailing noise: 0.0006, 12.35, 1200. */
export function compact(value: number): string {
  if (Number.isInteger(value)) return number.format(value);
  return Math.abs(value) < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

export function dateTime(iso: string): string {
  return day.format(new Date(iso));
}

export function ago(iso: string, now: number): string {
  const seconds = (now - new Date(iso).getTime()) / 1000;
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 86_400 * 30) return `${count(Math.round(seconds / 86_400), "day")} ago`;
  return new Date(iso).toLocaleDateString();
}
