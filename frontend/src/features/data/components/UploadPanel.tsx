import { Button, Collapse, Group, Progress, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { bytes, count } from "@/components/format";
import { IconAlert, IconCheck, IconChevronDown, IconChevronUp } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { clearUploads, retryUploads } from "../api/uploadQueue";
import { summary, type Upload } from "../model/uploads";
import classes from "./UploadPanel.module.css";

const SHOWN = 200;

/** How far the uploads are, file by file; what failed stays listed with its reason. */
export function UploadPanel({ projectId, uploads }: { projectId: string; uploads: readonly Upload[] }) {
  const [listed, { toggle }] = useDisclosure(true);
  const { total, finished, failed, duplicates, fraction, active } = summary(uploads);
  const rank = (upload: Upload) => (upload.state === "failed" ? 0 : upload.state === "sending" ? 1 : upload.state === "waiting" ? 2 : 3);
  const sorted = [...uploads].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
  const parts = [
    active ? `${finished} of ${count(total, "file")}` : `${count(total - failed - duplicates, "file")} uploaded`,
    duplicates > 0 ? `${duplicates} already here` : "",
    failed > 0 ? `${failed} failed` : "",
  ];
  return (
    <Panel className={classes.panel}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} role="status">
          {active ? "Uploading" : "Upload finished"}: {parts.filter((part) => part !== "").join(", ")}
        </Text>
        <Group gap={6}>
          {failed > 0 && !active && (
            <Button size="compact-xs" variant="default" onClick={() => retryUploads(projectId)}>
              Retry failed
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => clearUploads(projectId)}>
            {active ? "Cancel waiting" : "Dismiss"}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-expanded={listed}
            rightSection={listed ? <IconChevronUp size={13} /> : <IconChevronDown size={13} />}
            onClick={toggle}
          >
            Files
          </Button>
        </Group>
      </Group>
      <Progress value={fraction * 100} mt={8} size="sm" color={failed > 0 && !active ? "orange" : undefined} aria-label="Upload progress" />
      <Collapse expanded={listed} transitionDuration={0}>
        <ul className={classes.list} aria-label="Uploaded files">
          {sorted.map((upload) => (
            <li key={upload.id} data-state={upload.state}>
              <span className={classes.name}>{upload.name}</span>
              <Outcome upload={upload} />
            </li>
          ))}
        </ul>
      </Collapse>
    </Panel>
  );
}

function Outcome({ upload }: { upload: Upload }) {
  switch (upload.state) {
    case "failed":
      return (
        <span className={classes.reason} role="alert">
          <IconAlert size={13} /> {upload.reason}
        </span>
      );
    case "done":
    case "duplicate":
      return (
        <span className={classes.done}>
          <IconCheck size={13} /> {upload.state === "duplicate" ? upload.reason : bytes(upload.size)}
        </span>
      );
    case "sending":
      return <Progress w={120} size="sm" value={upload.progress * 100} aria-label={`Uploading ${upload.name}`} />;
    case "waiting":
      return <span className={classes.done}>waiting</span>;
  }
}
