import type { Run } from "@/api/types";
import { Panel } from "@/components/Panel";
import { Facts } from "@/components/Stat";
import { useSnapshots } from "@/features/snapshots/api/snapshots";

export function RunFacts({ run }: { run: Run }) {
  const snapshots = useSnapshots(run.project);
  const snapshot = snapshots.data?.find(({ id }) => id === run.snapshot);
  const { spec, hardware } = run;
  const parameters = Object.entries(spec.hyperparameters)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ label: name, value: <code>{String(value)}</code> }));
  return (
    <Panel title="Specification">
      <Facts
        items={[
          { label: "Snapshot", value: snapshot?.name ?? run.snapshot.slice(0, 8) },
          { label: "Weights", value: spec.weights },
          { label: "Input size", value: spec.input_size.join(" × ") },
          {
            label: "Augmentations",
            value: spec.augmentations.length === 0 ? "none" : spec.augmentations.map((one) => String(one["name"])).join(", "),
          },
          { label: "Hardware", value: `${hardware.device}, ${hardware.precision}` },
          { label: "Evaluation", value: `every ${spec.evaluation.every} steps` },
          ...parameters,
        ]}
      />
    </Panel>
  );
}
