import { Button, Text } from "@mantine/core";
import { Link } from "react-router";
import { count } from "@/components/format";
import { IconCompare, IconDownload } from "@/components/icons";
import { projectCsvUrl } from "../../api/runs";
import classes from "./Table.module.css";

const MOST = 20;

interface Props {
  projectId: string;
  ids: readonly string[];
  onClear: () => void;
}

/** What can be done with the runs that are ticked. */
export function SelectionBar({ projectId, ids, onClear }: Props) {
  if (ids.length === 0) return null;
  const tooMany = ids.length > MOST;
  const hint = ids.length < 2 ? "Tick another run to compare." : tooMany ? `At most ${MOST} runs can be compared at once.` : "";
  return (
    <div className={classes.selection} role="region" aria-label="Selected runs">
      <Text size="sm" fw={600}>
        {count(ids.length, "run")} selected
      </Text>
      {hint === "" ? (
        <Button size="xs" leftSection={<IconCompare size={14} />} component={Link} to={`/projects/${projectId}/runs/compare?ids=${ids.join(",")}`}>
          Compare
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
      {!tooMany && (
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} component="a" href={projectCsvUrl(projectId, ids)} download>
          Metrics as CSV
        </Button>
      )}
      <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
