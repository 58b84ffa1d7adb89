import { Select, Skeleton, Text } from "@mantine/core";
import { useState } from "react";
import type { Artifact, TradeoffPoint, Tradeoffs } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useDeployExport, useTradeoffs } from "../../api/exports";
import { exportTitle } from "../../model/exports";
import type { AxisKey } from "../../model/tradeoffs";
import { axesOf } from "./axes";
import { TradeoffChart } from "./TradeoffChart";
import { TradeoffTable } from "./TradeoffTable";
import classes from "./Tradeoffs.module.css";

/** Which export is the best trade: quality, latency, size and memory, measured on this machine. */
export function TradeoffPanel({ artifact }: { artifact: Artifact }) {
  const tradeoffs = useTradeoffs(artifact.id);
  return (
    <QueryView query={tradeoffs} skeleton={<Skeleton height={420} />}>
      {(data) => (data.points.length === 0 ? null : <View artifact={artifact} tradeoffs={data} />)}
    </QueryView>
  );
}

function View({ artifact, tradeoffs: { metric, points } }: { artifact: Artifact; tradeoffs: Tradeoffs }) {
  const [keys, setKeys] = useState<{ across: AxisKey; up: AxisKey; area: AxisKey | "none" }>({ across: "milliseconds", up: "quality", area: "size" });
  const [active, setActive] = useState<string | null>(null);
  const axes = axesOf(metric);
  const axis = (key: AxisKey) => axes.find((one) => one.key === key);
  const [across, up] = [axis(keys.across), axis(keys.up)];
  if (!across || !up) return null;
  const choice = (label: string, name: "across" | "up" | "area", none: boolean) => (
    <label>
      {label}
      <Select
        size="xs"
        w={150}
        aria-label={`${label}: axis`}
        data={[...axes.map(({ key, title }) => ({ value: key, label: title, disabled: name !== "area" && key === keys[name === "across" ? "up" : "across"] })), ...(none ? [{ value: "none", label: "all alike" }] : [])]}
        value={keys[name]}
        onChange={(value) => value !== null && setKeys({ ...keys, [name]: value })}
        allowDeselect={false}
      />
    </label>
  );
  return (
    <Panel
      title="Trade-offs"
      flush
      actions={
        <div className={classes.tools}>
          {choice("Up", "up", false)}
          {choice("Across", "across", false)}
          {choice("Area", "area", true)}
        </div>
      }
    >
      <div className={classes.body}>
        <Choosing artifact={artifact}>
          {(choose) => (
            <TradeoffChart
              points={points}
              across={across}
              up={up}
              area={keys.area === "none" ? null : (axis(keys.area) ?? null)}
              axes={axes}
              active={active}
              onActive={setActive}
              onChoose={choose}
            />
          )}
        </Choosing>
        <TradeoffTable artifact={artifact} points={points} axes={axes} active={active} onActive={setActive} />
      </div>
      {points.length === 1 && (
        <Text size="sm" c="dimmed" p="sm" ta="center">
          One point is no comparison yet: export the model for another runtime, as int8 or pruned, and see what it costs.
        </Text>
      )}
    </Panel>
  );
}

/** A dot that is clicked is deployed, after a question: dots are small and close to each other. */
function Choosing({ artifact, children }: { artifact: Artifact; children: (choose: (point: TradeoffPoint) => void) => React.ReactElement }) {
  const deploy = useDeployExport(artifact);
  const [chosen, setChosen] = useState<TradeoffPoint | null>(null);
  const name = chosen ? exportTitle(chosen) : "";
  return (
    <ConfirmButton
      title={`Deploy ${name}?`}
      confirm="Deploy"
      color="tile"
      onConfirm={async () => {
        if (chosen) await deploy.mutateAsync({ export: chosen.export, quantization: chosen.quantization });
      }}
      trigger={(open) =>
        children((point) => {
          if (!point.deployable) return;
          setChosen(point);
          open();
        })
      }
    >
      It becomes a deployment with an endpoint of its own, on this machine's CPU.
    </ConfirmButton>
  );
}
