import type { Tradeoffs } from "@/api/types";
import { bytes, megabytes, milliseconds, percent } from "@/components/format";
import type { AxisKind } from "../../model/tradeoffs";

/** What a point can be looked at by. */
export function axesOf(metric: Tradeoffs["metric"]): AxisKind[] {
  return [
    { key: "quality", title: metric === "map" ? "Mask AP" : "Mean IoU", rising: true, text: (value, digits) => percent(value, digits) },
    { key: "milliseconds", title: "Latency", rising: false, text: milliseconds },
    { key: "size", title: "Size", rising: false, text: bytes },
    { key: "memory_mb", title: "Memory", rising: false, text: megabytes },
  ];
}
