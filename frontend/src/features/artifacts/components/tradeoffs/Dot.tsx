import { outline, shapeOf } from "../../model/tradeoffs";

/** Told apart by shape first: the colours keep their distance for every kind of colour vision, too. */
const COLORS: Record<string, string> = { onnx: "#0072b2", openvino: "#d55e00", torch: "#009e73" };
const OTHER = "#8c6bb1";

export function colorOf(format: string): string {
  return COLORS[format] ?? OTHER;
}

/** A format's mark as legends and tables show it. */
export function Dot({ format, filled = true }: { format: string; filled?: boolean }) {
  return (
    <svg width={13} height={13} viewBox="-7 -7 14 14" aria-hidden="true">
      <path d={outline(shapeOf(format), 5)} fill={filled ? colorOf(format) : "none"} stroke={colorOf(format)} strokeWidth={1.6} />
    </svg>
  );
}
