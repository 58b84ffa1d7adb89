import { Select, Text } from "@mantine/core";
import { Link } from "react-router";
import { ClassSwatch } from "@/components/ClassSwatch";
import { count, integer } from "@/components/format";
import { useClasses } from "@/features/classes/api/classes";
import { useProject } from "@/features/projects/api/projects";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { type Splits, useBuilder } from "./builder";
import classes from "./DataPanel.module.css";
import fields from "./Field.module.css";
import { FieldSection } from "./FieldSection";

/** Which images the run learns from: the project as it stands, or a snapshot of it. */
export function DataPanel() {
  const { projectId, options, errors, data, setOptions } = useBuilder();
  const project = useProject(projectId);
  const snapshots = useSnapshots(projectId);
  const chosen = snapshots.data?.find(({ id }) => id === options.snapshot);
  return (
    <div className={fields.form}>
      <FieldSection title="Images" help="A run always learns from a snapshot: without one, the current state is snapshotted when it starts.">
        <div className={classes.columns}>
          <div>
            <Select
              size="xs"
              label="Data snapshot"
              description="Runs on the same snapshot can be compared figure by figure. Default: current state."
              inputWrapperOrder={["label", "input", "error", "description"]}
              placeholder="Current state of the project"
              clearable
              data={(snapshots.data ?? []).map(({ id, name, counts }) => ({ value: id, label: `${name} · ${integer(counts.assets)} images` }))}
              value={options.snapshot}
              onChange={(snapshot) => setOptions({ snapshot })}
              error={errors["snapshot"]}
            />
            <Text size="xs" mt="sm">
              <Link className="tess-link" to={`/projects/${projectId}/snapshots`}>
                Snapshots
              </Link>
              {" · "}
              <Link className="tess-link" to={`/projects/${projectId}/data`}>
                Images
              </Link>
            </Text>
          </div>
          <div>
            {data ? (
              <SplitBar {...data} frozen={chosen !== undefined} />
            ) : (
              <Text size="sm" c="dimmed">
                {count(project.data?.counts.annotated ?? 0, "labelled image")}
              </Text>
            )}
          </div>
        </div>
      </FieldSection>
      <ClassSection snapshotClasses={chosen?.classes ?? null} />
    </div>
  );
}

function SplitBar({ train, val, test, frozen }: Splits & { frozen: boolean }) {
  const parts = [
    { name: "Training", value: train, mark: "train" },
    { name: "Validation", value: val, mark: "val" },
    { name: "Test", value: test, mark: "test" },
  ].filter(({ value, mark }) => value > 0 || mark !== "test");
  const total = train + val + test;
  return (
    <div>
      <div className={classes.bar} aria-hidden="true">
        {parts.map(({ name, value, mark }) => (
          <span key={name} data-part={mark} style={{ flexGrow: total > 0 ? value : 1 }} />
        ))}
      </div>
      <ul className={classes.parts}>
        {parts.map(({ name, value, mark }) => (
          <li key={name}>
            <i data-part={mark} /> {name} <b>{integer(value)}</b>
          </li>
        ))}
      </ul>
      {!frozen && (
        <Text size="xs" c="dimmed" mt={6}>
          Labelled images without a split are divided as 80 to 20, always in the same way.
        </Text>
      )}
      {total > 0 && val === 0 && (
        <Text size="xs" c="orange" mt={6}>
          Without validation images there is no best checkpoint and no early stopping.
        </Text>
      )}
    </div>
  );
}

function ClassSection({ snapshotClasses }: { snapshotClasses: readonly { id: string; name: string; color: string; ignore: boolean }[] | null }) {
  const { projectId } = useBuilder();
  const labels = useClasses(projectId);
  const counts = new Map((labels.data ?? []).map(({ id, annotations }) => [id, annotations]));
  const shown = snapshotClasses ?? labels.data ?? [];
  const most = Math.max(1, ...shown.map(({ id }) => counts.get(id) ?? 0));
  return (
    <FieldSection title="Classes" help="What the model learns to tell apart, with the annotations that the project has of each now.">
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {labels.isPending ? "Loading" : "The project has no classes yet."}
        </Text>
      ) : (
        <ul className={classes.classes} aria-label="Classes">
          {shown.map(({ id, name, color, ignore }) => (
            <li key={id}>
              <ClassSwatch color={color} size={12} />
              <span className={classes.name}>
                {name}
                {ignore && " (ignored)"}
              </span>
              <span className={classes.amount}>
                <span style={{ width: `${((counts.get(id) ?? 0) / most) * 100}%`, background: color }} />
              </span>
              <span className={classes.number}>{integer(counts.get(id) ?? 0)}</span>
            </li>
          ))}
        </ul>
      )}
    </FieldSection>
  );
}
