import { useSearchParams } from "react-router";
import { Panel } from "@/components/Panel";
import type { Evaluation } from "../../api/evaluation";
import { mostConfused, part } from "../../model/confusion";
import { ConfusedList } from "../evaluation/Confused";

const MOST = 10;

/** Where to look first, while no cell is open. */
export function MostConfused({ evaluation: { confusion_matrix }, shown }: { evaluation: Evaluation; shown: readonly number[] }) {
  const [search] = useSearchParams();
  const { labels, counts } = confusion_matrix;
  const found = mostConfused(part(counts, shown), MOST).map((one) => ({ ...one, cell: [shown[one.cell[0]] ?? 0, shown[one.cell[1]] ?? 0] as const }));
  const to = (cell: readonly [number, number]) => {
    const next = new URLSearchParams(search);
    next.set("cell", cell.join(","));
    return `?${next.toString()}`;
  };
  return (
    <Panel title="Most confused" flush>
      <ConfusedList confusions={found} labels={labels} to={to} />
    </Panel>
  );
}
