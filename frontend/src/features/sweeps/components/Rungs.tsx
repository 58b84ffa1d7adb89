import type { Sweep } from "@/api/types";
import { count, integer } from "@/components/format";
import { Panel } from "@/components/Panel";
import { lowerIsBetter, ranked } from "../model/plot";
import { metricValue } from "../model/values";
import { shade } from "./ParallelPlot";
import classes from "./Sweep.module.css";

interface Props {
  sweep: Sweep;
  active: string | null;
  onActive: (run: string | null) => void;
}

/** The rounds of successive halving: who trained in each, and who went on. */
export function Rungs({ sweep, active, onActive }: Props) {
  const { trials, metric, halving, status } = sweep;
  // The last round ends where its run does.
  const furthest = status === "running" ? Infinity : Math.max(0, ...trials.map(({ step }) => step));
  const last = Math.max(0, ...trials.map(({ rung }) => rung ?? 0));
  const rounds = Array.from({ length: last + 1 }, (_, index) => ranked(trials.filter(({ rung }) => (rung ?? 0) >= index), lowerIsBetter(metric)));
  return (
    <Panel title="Rounds">
      <ol className={classes.rounds}>
        {rounds.map((members, index) => (
          <li key={index}>
            <h3>
              Round {index + 1}
              <small>
                {count(members.length, "trial")}
                {halving && `, to step ${integer(Math.min(furthest, halving.first_steps * halving.factor ** index))}`}
              </small>
            </h3>
            <ul>
              {members.map(({ run, name, value, rung }, place) => (
                <li
                  key={run}
                  data-active={run === active || undefined}
                  data-out={((rung ?? 0) === index && index < last) || undefined}
                  title={`${name}: ${metricValue(metric, value)}`}
                  style={{ background: value === null ? "var(--tess-line-strong)" : shade(1 - place / Math.max(1, members.length - 1)) }}
                  onMouseEnter={() => onActive(run)}
                  onMouseLeave={() => onActive(null)}
                />
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
