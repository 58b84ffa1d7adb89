import { Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import type { Evaluation } from "../../api/evaluation";
import { type Confusion, mostConfused, short } from "../../model/confusion";
import classes from "./Evaluation.module.css";

const MOST = 6;

/** What is taken for something else most often; each leads to its images beside the matrix. */
export function Confused({ evaluation: { confusion_matrix } }: { evaluation: Evaluation }) {
  const [search] = useSearchParams();
  const to = (cell?: Confusion["cell"]) => {
    const next = new URLSearchParams(search);
    next.set("view", "matrix");
    if (cell) next.set("cell", cell.join(","));
    return `?${next.toString()}`;
  };
  return (
    <Panel
      title="Most confused"
      flush
      actions={
        <Link className="tess-link" to={to()} style={{ fontSize: 13 }}>
          Confusion matrix
        </Link>
      }
    >
      <ConfusedList confusions={mostConfused(confusion_matrix.counts, MOST)} labels={confusion_matrix.labels} to={to} />
    </Panel>
  );
}

interface ListProps {
  confusions: readonly Confusion[];
  labels: readonly string[];
  to: (cell: Confusion["cell"]) => string;
}

export function ConfusedList({ confusions, labels, to }: ListProps) {
  if (confusions.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="md">
        Every pixel is right: there is nothing to show.
      </Text>
    );
  }
  return (
    <ul className={classes.confused}>
      {confusions.map(({ cell, pixels, share }) => (
        <li key={cell.join()}>
          <Link to={to(cell)} replace preventScrollReset>
            <span>
              <b>{labels[cell[0]]}</b> <small>taken for</small> <b>{labels[cell[1]]}</b>
            </span>
            <small>
              {short(pixels)} px · {percent(share)}
            </small>
          </Link>
        </li>
      ))}
    </ul>
  );
}
