import { Badge, Button, Popover, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { Link } from "react-router";
import type { Workflow } from "@/api/types";
import { IconChevronLeft, IconHistory, IconPlay } from "@/components/icons";
import { useShortcut } from "@/components/shortcuts";
import { changes } from "../model/diff";
import type { WorkflowForm } from "../model/form";
import { useBuilder } from "./builder";
import { BuilderMenu } from "./BuilderMenu";
import classes from "./Builder.module.css";
import { ChangesTable } from "./ChangesTable";
import { VersionsDrawer } from "./VersionsDrawer";

interface Props {
  base: WorkflowForm;
  dirty: boolean;
  busy: boolean;
  saving: boolean;
  starting: boolean;
  onSave: () => void;
  onStart: () => void;
  onDiscard: () => void;
  onRestored: (workflow: Workflow) => void;
}

/** The workflow's name and state, and what can be done with it as a whole. */
export function BuilderBar({ base, dirty, busy, saving, starting, onSave, onStart, onDiscard, onRestored }: Props) {
  const { workflow, mayTrain, form, errors, setName } = useBuilder();
  const [versions, drawer] = useDisclosure(false);
  const heading = workflow === null ? "New training" : workflow.name;
  useDocumentTitle(`${heading} · Tessera`);
  useShortcut("s", "Save the workflow", () => mayTrain && onSave());
  return (
    <div className={classes.bar}>
      <VisuallyHidden component="h1">{heading}</VisuallyHidden>
      <Link className={classes.back} to=".." relative="path" aria-label="All workflows" title="All workflows">
        <IconChevronLeft size={18} />
      </Link>
      <TextInput
        className={classes.name}
        data-workflow-name=""
        aria-label="Workflow name"
        placeholder="Name of the workflow"
        maxLength={120}
        value={form.name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errors["name"]}
      />
      {workflow && (
        <Badge variant="light" color="gray" tt="none">
          v{workflow.version}
        </Badge>
      )}
      <State base={base} dirty={dirty} onDiscard={onDiscard} />
      <div className={classes.actions}>
        {workflow && (
          <>
            <Button className={classes.versions} variant="subtle" color="gray" leftSection={<IconHistory size={16} />} aria-label="Versions" onClick={drawer.open}>
              <span>Versions</span>
            </Button>
            <VersionsDrawer opened={versions} onClose={drawer.close} dirty={dirty} workflow={workflow} onRestored={onRestored} />
            <BuilderMenu workflow={workflow} />
          </>
        )}
        {mayTrain ? (
          <>
            <Button variant="default" disabled={busy || (workflow !== null && !dirty)} loading={saving} onClick={onSave}>
              {workflow === null ? "Save" : dirty ? `Save as v${workflow.version + 1}` : "Saved"}
            </Button>
            <Button leftSection={<IconPlay size={14} />} loading={starting} disabled={busy && !starting} onClick={onStart}>
              Start training
            </Button>
          </>
        ) : (
          <Text size="xs" c="dimmed">
            Your role may look and try, but not save or train.
          </Text>
        )}
      </div>
    </div>
  );
}

/** Whether there is something to save, and what. */
function State({ base, dirty, onDiscard }: Pick<Props, "base" | "dirty" | "onDiscard">) {
  const { workflow, form, architectures } = useBuilder();
  if (!dirty) {
    return workflow === null ? (
      <Text size="xs" c="dimmed">
        Not saved yet
      </Text>
    ) : null;
  }
  const list = changes(base.spec, form.spec, architectures);
  const all = base.name === form.name ? list : [{ path: "name", label: "Name", before: base.name, after: form.name }, ...list];
  return (
    <Popover position="bottom-start" width="min(520px, 92vw)" shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="light" color="orange">
          Unsaved changes
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.unsaved}>
          <ChangesTable label="Unsaved changes" changes={all} before={workflow === null ? "Defaults" : `Version ${workflow.version}`} after="Now" />
        </div>
        <Button size="xs" variant="default" mt="sm" onClick={onDiscard}>
          {workflow === null ? "Start over" : "Discard changes"}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
