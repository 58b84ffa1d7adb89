import { ActionIcon, Button, Select, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Artifact } from "@/api/types";
import { IconChevronLeft, IconChevronRight, IconClose, IconEdit, IconKeyboard } from "@/components/icons";
import { runShortcut } from "@/components/shortcuts";
import { useArtifacts } from "@/features/artifacts/api/artifacts";
import { useEvaluations } from "@/features/artifacts/api/evaluation";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import type { Choice } from "@/features/artifacts/model/choice";
import { bestFirst } from "@/features/artifacts/model/titles";
import { focusStage } from "./focusStage";
import classes from "./Viewer.module.css";

interface Props {
  artifact: Artifact;
  name: string;
  place: string;
  back: string;
  choice: Choice;
  onChoice: (change: Partial<Choice>) => void;
  against: string | null;
  onAgainst: (artifact: string | null) => void;
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
  annotate: string | null;
}

const SPLIT_WORDS: Record<string, string> = { val: "Validation", test: "Test", train: "Train" };
/** A snapshot without a name of its own has its digest for one. */
const MOST_SIGNS = 24;

export function TopBar({ artifact, name, place, back, choice, onChoice, against, onAgainst, onPrevious, onNext, annotate }: Props) {
  const titleOf = useArtifactTitles(artifact.project);
  const evaluations = useEvaluations(artifact.id);
  const artifacts = useArtifacts(artifact.project);
  const others = bestFirst((artifacts.data ?? []).filter(({ id }) => id !== artifact.id));
  const rows = evaluations.data ?? [];
  // Without a name in the address it is the run's own snapshot.
  const own = rows.find(({ snapshot }) => snapshot.id === artifact.lineage.snapshot) ?? rows[0];
  const choices = rows.map((one) => ({ value: `${one.snapshot.id} ${one.split}`, label: `${SPLIT_WORDS[one.split] ?? one.split} of ${one.snapshot.name.slice(0, MOST_SIGNS)}` }));
  return (
    <header className={classes.bar}>
      <Tooltip label="Back to the artifact (Esc)">
        <ActionIcon variant="subtle" color="gray" component={Link} to={back} aria-label="Back to the artifact">
          <IconClose />
        </ActionIcon>
      </Tooltip>
      <h1 className={classes.title}>
        <span title={name}>{name || "Viewer"}</span>
        <small title={titleOf(artifact)}>{titleOf(artifact)}</small>
      </h1>
      <div className={classes.travel}>
        <Tool label="Image before (k)" disabled={onPrevious === null} onClick={() => onPrevious?.()}>
          <IconChevronLeft />
        </Tool>
        <span className={classes.place}>{place}</span>
        <Tool label="Next image (j)" disabled={onNext === null} onClick={() => onNext?.()}>
          <IconChevronRight />
        </Tool>
      </div>
      <span className={classes.push} />
      {choices.length > 0 && (
        <Select
          size="xs"
          className={classes.choice}
          aria-label="Evaluation"
          placeholder="Choose an evaluation"
          data={choices}
          value={`${choice.snapshot ?? own?.snapshot.id ?? ""} ${choice.split}`}
          allowDeselect={false}
          onOptionSubmit={focusStage}
          onChange={(value) => {
            const [snapshot, split] = (value ?? "").split(" ");
            if (snapshot && split) onChoice({ snapshot, split: split as Choice["split"] });
          }}
        />
      )}
      <Select
        size="xs"
        className={classes.choice}
        aria-label="Compare with another artifact"
        placeholder={artifacts.data && others.length === 0 ? "No other artifact" : "Compare with…"}
        disabled={others.length === 0 && against === null}
        searchable
        clearable
        nothingFoundMessage="No artifact of this name"
        data={others.map((one) => ({ value: one.id, label: titleOf(one) }))}
        value={against}
        onOptionSubmit={focusStage}
        onChange={onAgainst}
      />
      {annotate !== null && (
        <Tooltip label="Annotate this image (e)">
          <Button size="xs" variant="default" leftSection={<IconEdit size={14} />} component={Link} to={annotate}>
            Annotate
          </Button>
        </Tooltip>
      )}
      <span className={classes.keys}>
        <Tool label="Keyboard shortcuts (?)" onClick={() => runShortcut("?")}>
          <IconKeyboard size={18} />
        </Tool>
      </span>
    </header>
  );
}

function Tool({ label, disabled = false, onClick, children }: { label: string; disabled?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
