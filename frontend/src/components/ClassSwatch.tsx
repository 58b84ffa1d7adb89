export function ClassSwatch({ color, size = 11 }: { color: string; size?: number }) {
  return (
    <span
      aria-hidden="true"
      style={{
        display: "inline-block",
        flex: "none",
        width: size,
        height: size,
        borderRadius: 3,
        background: color,
        boxShadow: "inset 0 0 0 1px rgba(128,128,128,.35)",
      }}
    />
  );
}
