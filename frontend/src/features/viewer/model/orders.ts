import { short } from "@/features/artifacts/model/confusion";

export const ORDERS = {
  miou: "Lowest mean IoU",
  "-miou": "Highest mean IoU",
  iou: "Lowest IoU of a class",
  "-loss": "Highest loss",
  "-entropy": "Highest entropy",
  confidence: "Lowest confidence",
  "-pixels": "Most pixels of the cell",
  "-disagreement": "Most disagreement",
  name: "Name",
} as const;
export type Order = keyof typeof ORDERS;

interface Has {
  cell: string | null;
  against: string | null;
}

/** Orders that can be asked for; two of them are about a cell, or a second model. */
export function ordersFor({ cell, against }: Has): Order[] {
  return (Object.keys(ORDERS) as Order[]).filter((order) => {
    if (order === "-pixels") return cell !== null;
    if (order === "-disagreement") return against !== null;
    return true;
  });
}

export function orderOf(text: string | null, has: Has): Order {
  return ordersFor(has).find((order) => order === text) ?? (has.cell === null ? "miou" : "-pixels");
}

interface Measured {
  miou: number | null;
  loss: number | null;
  confidence: number | null;
  entropy: number | null;
  iou: number | null;
  pixels: number | null;
  share: number | null;
  disagreement?: number | null;
}

const share = (value: number | null | undefined) => (value == null ? "–" : `${(value * 100).toFixed(0)} %`);

/** The number beside an image's name: that by which the list is ordered. */
export function shownFor(order: Order, row: Measured): { text: string; title: string } {
  switch (order) {
    case "iou":
      return { text: share(row.iou), title: "IoU of the class" };
    case "-loss":
      return { text: row.loss === null ? "–" : row.loss.toFixed(2), title: "Mean loss" };
    case "-entropy":
      return { text: share(row.entropy), title: "Mean entropy, of the most there can be" };
    case "confidence":
      return { text: share(row.confidence), title: "Mean confidence" };
    case "-pixels":
      return { text: `${short(row.pixels ?? 0)} px`, title: `Pixels of the cell: ${share(row.share)} of what is truth there` };
    case "-disagreement":
      return { text: share(row.disagreement), title: "1 − mean IoU between the two predictions" };
    case "miou":
    case "-miou":
    case "name":
      return { text: share(row.miou), title: "Mean IoU" };
  }
}
