import { percent } from "@/components/format";
import { Panel } from "@/components/Panel";
import type { Entry } from "../api/registry";
import { bestOf, intervalOf, METRICS, points, valueOf, verdict } from "../model/registry";
import classes from "./Registry.module.css";
import { titleOf } from "./RegistryTable";

interface Props {
  rows: readonly Entry[];
  base: Entry;
  colors: ReadonlyMap<string, string>;
}

const WORDS = { better: "better: the intervals do not meet", worse: "worse: the intervals do not meet", unclear: "the intervals meet: it may be chance", unknown: "" };

/** Every metric as bars with their intervals, and what each model has more or less of it than the base. */
export function CompareMetrics({ rows, base, colors }: Props) {
  const metrics = METRICS.filter(({ name }) => rows.some((row) => valueOf(row, name) !== null));
  return (
    <Panel title="Metrics" flush>
      <table className={classes.table} aria-label="Metrics side by side">
        <thead>
          <tr>
            <th>Metric</th>
            {rows.map((row) => (
              <th key={row.artifact.id}>{titleOf(row)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => {
            const best = bestOf(rows.map((row) => valueOf(row, metric.name)), metric.lower);
            return (
              <tr key={metric.name}>
                <th scope="row">{metric.title}</th>
                {rows.map((row, at) => {
                  const value = valueOf(row, metric.name);
                  const against = valueOf(base, metric.name);
                  const sure = verdict(row, base, metric);
                  const isBase = row === base;
                  return (
                    <td key={row.artifact.id}>
                      <div className={classes.cell}>
                        <Bar value={value} interval={intervalOf(row, metric.name)} color={colors.get(row.artifact.id) ?? ""} />
                        {at === best ? <b>{percent(value)}</b> : <span>{percent(value)}</span>}
                        <span className={classes.difference} data-verdict={isBase ? undefined : sure} title={isBase ? undefined : WORDS[sure]}>
                          {isBase ? "base" : points(value === null || against === null ? null : value - against)}
                        </span>
                      </div>
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}

function Bar({ value, interval, color }: { value: number | null; interval: [number, number] | null; color: string }) {
  return (
    <span className={classes.bars} aria-hidden="true">
      {value !== null && <i style={{ width: `${value * 100}%`, background: color }} />}
      {interval !== null && <u style={{ left: `${interval[0] * 100}%`, width: `${(interval[1] - interval[0]) * 100}%` }} />}
    </span>
  );
}
