import { ActionIcon, Badge, Tooltip } from "@mantine/core";
import type { Artifact, TradeoffPoint } from "@/api/types";
import { bytes, megabytes, milliseconds, percent } from "@/components/format";
import { IconDeploy } from "@/components/icons";
import { useDeployExport } from "../../api/exports";
import { exportTitle } from "../../model/exports";
import { type AxisKind, valueOf } from "../../model/tradeoffs";
import { Dot } from "./Dot";
import classes from "./Tradeoffs.module.css";

interface Props {
  artifact: Artifact;
  points: readonly TradeoffPoint[];
  axes: readonly AxisKind[];
  active: string | null;
  onActive: (id: string | null) => void;
}

/** The same as the chart in figures, the quickest first; the best of each column stands out. */
export function TradeoffTable({ artifact, points, axes, active, onActive }: Props) {
  const deploy = useDeployExport(artifact);
  const best = new Map(axes.map(({ key, rising }) => [key, bestOf(points.flatMap((point) => valueOf(point, key) ?? []), rising)]));
  const isBest = (point: TradeoffPoint, key: AxisKind["key"]) => (points.length > 1 && valueOf(point, key) === best.get(key)) || undefined;
  return (
    <div className={classes.table}>
      <table aria-label="Trade-offs">
        <thead>
          <tr>
            <th scope="col">Export</th>
            <th scope="col">{axes[0]?.title}</th>
            <th scope="col">Latency</th>
            <th scope="col">Size</th>
            <th scope="col">Memory</th>
            <th scope="col" aria-label="Deploy" />
          </tr>
        </thead>
        <tbody>
          {points.map((point) => {
            const name = exportTitle(point);
            const quality = valueOf(point, "quality");
            return (
              <tr
                key={point.export}
                data-active={point.export === active || undefined}
                onMouseEnter={() => onActive(point.export)}
                onMouseLeave={() => onActive(null)}
              >
                <td>
                  <span className={classes.title}>
                    <Dot format={point.format} filled={point.pareto} />
                    <span>
                      {name} {point.pareto && <Badge size="xs" variant="light" tt="none">Pareto</Badge>}{" "}
                      {!point.agrees && <Badge size="xs" variant="light" color="orange" tt="none">disagrees</Badge>}
                    </span>
                  </span>
                </td>
                <td data-best={isBest(point, "quality")}>{percent(quality)}</td>
                <td data-best={isBest(point, "milliseconds")}>{milliseconds(point.milliseconds)}</td>
                <td data-best={isBest(point, "size")}>{bytes(point.size)}</td>
                <td data-best={isBest(point, "memory_mb")}>{megabytes(point.memory_mb)}</td>
                <td>
                  <Tooltip label={point.deployable ? `Deploy ${name}` : "This format is for download: the platform does not serve it"}>
                    <ActionIcon
                      variant="light"
                      size={26}
                      aria-label={`Deploy ${name}`}
                      disabled={!point.deployable}
                      loading={deploy.isPending && deploy.variables.export === point.export}
                      onClick={() => deploy.mutate({ export: point.export, quantization: point.quantization })}
                    >
                      <IconDeploy size={14} />
                    </ActionIcon>
                  </Tooltip>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function bestOf(values: readonly number[], rising: boolean): number | undefined {
  if (values.length === 0) return undefined;
  return rising ? Math.max(...values) : Math.min(...values);
}
