import { Table } from "@mantine/core";
import { Link } from "react-router";
import type { Sweep } from "@/api/types";
import { integer } from "@/components/format";
import { Panel } from "@/components/Panel";
import { StatusBadge } from "@/components/StatusBadge";
import { metricTitle } from "@/features/runs/model/charts";
import { pathLabel } from "../model/form";
import { lowerIsBetter, pathsOf, ranked } from "../model/plot";
import { metricValue, trialText } from "../model/values";
import classes from "./Sweep.module.css";

interface Props {
  sweep: Sweep;
  active: string | null;
  onActive: (run: string | null) => void;
}

/** Every trial with what it was given and what it reached, the best first. */
export function TrialsTable({ sweep, active, onActive }: Props) {
  const { trials, metric, best, project } = sweep;
  const paths = pathsOf(trials);
  const hasRungs = sweep.method === "halving";
  return (
    <Panel title="Trials" flush>
      <Table highlightOnHover aria-label="Trials" className={classes.trials}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Run</Table.Th>
            <Table.Th ta="right">{metricTitle(metric)}</Table.Th>
            {paths.map((path) => (
              <Table.Th key={path} ta="right">
                {pathLabel(path)}
              </Table.Th>
            ))}
            {hasRungs && <Table.Th ta="right">Round</Table.Th>}
            <Table.Th ta="right">Step</Table.Th>
            <Table.Th>Status</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ranked(trials, lowerIsBetter(metric)).map(({ run, name, status, trial, value, step, rung }) => (
            <Table.Tr
              key={run}
              data-active={run === active || undefined}
              data-best={run === best?.run || undefined}
              onMouseEnter={() => onActive(run)}
              onMouseLeave={() => onActive(null)}
            >
              <Table.Td>
                <Link to={`/projects/${project}/runs/${run}`} className="tess-link" style={{ fontWeight: 600 }}>
                  {name}
                </Link>
                {run === best?.run && <span className={classes.star}> ★ best</span>}
              </Table.Td>
              <Table.Td ta="right" fw={600}>
                {metricValue(metric, value)}
              </Table.Td>
              {paths.map((path) => (
                <Table.Td key={path} ta="right">
                  {trialText(trial[path])}
                </Table.Td>
              ))}
              {hasRungs && <Table.Td ta="right">{rung === null ? "–" : rung + 1}</Table.Td>}
              <Table.Td ta="right">{integer(step)}</Table.Td>
              <Table.Td>
                <StatusBadge status={status} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
