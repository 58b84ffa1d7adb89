import { Badge, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Run } from "@/api/types";
import { Panel } from "@/components/Panel";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useArchitectures } from "@/features/training/api/training";
import { essentials, specificationOf, sweptKeys } from "../../model/specification";
import classes from "./Page.module.css";

/** What the run was told: first what was changed and what one always asks, all of it on request. */
export function Specification({ run }: { run: Run }) {
  const [all, setAll] = useState(false);
  const snapshots = useSnapshots(run.project);
  const architectures = useArchitectures();
  const snapshot = snapshots.data?.find(({ id }) => id === run.snapshot)?.name ?? run.snapshot.slice(0, 8);
  const architecture = architectures.data?.find(({ name }) => name === run.spec.architecture);
  const groups = specificationOf(run, architecture, snapshot);
  const swept = sweptKeys(run.trial);
  const short = essentials(groups, swept);
  const hidden = rows(groups) - rows(short);
  return (
    <Panel
      title="Specification"
      actions={
        <Link className="tess-link" style={{ fontSize: 12 }} to={`/projects/${run.project}/training/${run.workflow.id}`}>
          {run.workflow.name} v{run.workflow.version}
        </Link>
      }
    >
      {(all ? groups : short).map(({ title, rows: list }) => (
        <div key={title} className={classes.specGroup}>
          <h3>{title}</h3>
          <dl>
            {list.map(({ key, label, value, help, isDefault }) => (
              <div key={key} data-default={(isDefault && !swept.has(key)) || undefined} title={isDefault ? `${help ?? label} (default)` : help}>
                <dt>{label}</dt>
                <dd>
                  {value}
                  {swept.has(key) && (
                    <Badge size="xs" variant="light" tt="none" ml={6} title="Chosen by its sweep">
                      swept
                    </Badge>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      {hidden > 0 && (
        <UnstyledButton className={`tess-link ${classes.more}`} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Only what counts" : `${hidden} more with their defaults`}
        </UnstyledButton>
      )}
    </Panel>
  );
}

function rows(groups: readonly { rows: readonly unknown[] }[]): number {
  return groups.reduce((sum, group) => sum + group.rows.length, 0);
}
