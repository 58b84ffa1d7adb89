/** A measured figure as text: a number, or an object of named numbers such as `{"p50_ms": 12.3}`. */
export function describeFigure(figure: unknown, format: (value: number) => string): string {
  if (typeof figure === "number") return format(figure);
  if (typeof figure !== "object" || figure === null) return "–";
  const parts = Object.entries(figure).flatMap(([name, value]) =>
    typeof value === "number" ? [`${format(value)} ${name.replaceAll("_", " ")}`] : [],
  );
  return parts.length === 0 ? "–" : parts.slice(0, 2).join(", ");
}
