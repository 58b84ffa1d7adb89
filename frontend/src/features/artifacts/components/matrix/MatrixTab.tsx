import { SegmentedControl, Switch } from "@mantine/core";
import { useMemo } from "react";
import type { Artifact } from "@/api/types";
import { Panel } from "@/components/Panel";
import type { Evaluation } from "../../api/evaluation";
import { type Cell, type Choice, readCell } from "../../model/choice";
import { type Normalisation, part } from "../../model/confusion";
import { similarityOrder } from "../../model/similarity";
import { Evaluated } from "../evaluation/Evaluated";
import { useParameter } from "../evaluation/useChoice";
import { CellImages } from "./CellImages";
import classes from "./Matrix.module.css";
import { MatrixGrid } from "./MatrixGrid";
import { MostConfused } from "./MostConfused";

const MODES: { value: Normalisation; label: string }[] = [
  { value: "row", label: "By truth" },
  { value: "column", label: "By prediction" },
  { value: "counts", label: "Counts" },
];

/** What was taken for what; a cell opens the images that made it. */
export function MatrixTab({ artifact }: { artifact: Artifact }) {
  return <Evaluated artifact={artifact}>{(evaluation, choice) => <View artifact={artifact} evaluation={evaluation} choice={choice} />}</Evaluated>;
}

function View({ artifact, evaluation, choice }: { artifact: Artifact; evaluation: Evaluation; choice: Choice }) {
  const { labels, counts } = evaluation.confusion_matrix;
  const [mode, setMode] = useParameter("by", "row");
  const [order, setOrder] = useParameter("sort", "classes");
  const [background, setBackground] = useParameter("background", "shown");
  const [opened, setOpened] = useParameter("cell");
  const by = MODES.find(({ value }) => value === mode)?.value ?? "row";
  const behind = useMemo(() => new Set(evaluation.classes.flatMap(({ id }, place) => (id === null ? [place] : []))), [evaluation.classes]);
  const shown = useMemo(() => {
    const known = labels.map((_, place) => place).filter((place) => background !== "hidden" || !behind.has(place));
    return order === "similar" ? similarityOrder(part(counts, known)).flatMap((place) => known[place] ?? []) : known;
  }, [labels, counts, behind, background, order]);
  const cell = readCell(opened, labels.length);
  const open = (next: Cell | null) => setOpened(next === null ? null : next.join(","));
  return (
    <div className={classes.pair}>
      <Panel title="Confusion matrix" flush actions={<SegmentedControl size="xs" aria-label="What cells show" data={MODES} value={by} onChange={setMode} />}>
        <div className={classes.tools}>
          <span className={classes.tool}>
            Classes
            <SegmentedControl
              size="xs"
              aria-label="Order of classes"
              value={order === "similar" ? "similar" : "classes"}
              onChange={setOrder}
              data={[
                { value: "classes", label: "In their order" },
                { value: "similar", label: "By similarity" },
              ]}
            />
          </span>
          {behind.size > 0 && (
            <Switch size="xs" label="Background" checked={background !== "hidden"} onChange={({ currentTarget }) => setBackground(currentTarget.checked ? null : "hidden")} />
          )}
        </div>
        <MatrixGrid labels={labels} counts={counts} shown={shown} by={by} cell={cell} onOpen={open} />
      </Panel>
      {cell === null ? (
        <MostConfused evaluation={evaluation} shown={shown} />
      ) : (
        <CellImages key={cell.join()} artifact={artifact} evaluation={evaluation} choice={choice} cell={cell} onClose={() => open(null)} />
      )}
    </div>
  );
}
