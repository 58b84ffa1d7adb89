import type { Format } from "@/api/types";

/** The `accept` of a file picker: a format's own endings, and ZIP, which every format may come in. */
export function accepted(format: Pick<Format, "extensions"> | undefined): string {
  const endings = (format?.extensions ?? []).map((ending) => (ending.startsWith(".") ? ending : `.${ending}`));
  return [...new Set([...endings, ".zip"])].join(",");
}

/** A guess of the format from a file's name, for the formats that are recognisable; null where it is open. */
export function guess(fileName: string, formats: readonly Format[]): string | null {
  const ending = fileName.toLowerCase().split(".").at(-1) ?? "";
  const fitting = formats.filter(
    (format) => format.import && format.extensions.some((one) => one.replace(".", "") === ending),
  );
  return fitting.length === 1 ? (fitting[0]?.name ?? null) : null;
}
