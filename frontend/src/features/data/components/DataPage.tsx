import { Button, Group } from "@mantine/core";
import { type DragEvent, useRef, useState } from "react";
import { EmptyState } from "@/components/EmptyState";
import { notifyProblem } from "@/components/notify";
import { IconImages, IconUpload } from "@/components/icons";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useProject } from "@/features/projects/api/projects";
import { addUploads, useUploads } from "../api/uploadQueue";
import { chosen, type Dropped, dropped } from "../model/dropped";
import { wordsOf } from "../model/media";
import { isArchive, isLabels } from "../model/uploads";
import classes from "./Data.module.css";
import { DataList } from "./DataList";
import { InterruptedUploads } from "./InterruptedUploads";
import { SendDialog } from "./SendDialog";
import { UploadPanel } from "./UploadPanel";

export function DataPage() {
  const projectId = useProjectId();
  const project = useProject(projectId);
  const uploads = useUploads(projectId);
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  const [asked, setAsked] = useState<readonly Dropped[]>([]);

  const send = (files: readonly Dropped[]) => {
    const unclear = ({ path }: Dropped) => isArchive(path) || isLabels(path);
    addUploads(projectId, files.filter((file) => !unclear(file)));
    setAsked(files.filter(unclear));
  };
  const pick = () => picker.current?.click();
  const folders = useRef<HTMLInputElement>(null);

  const words = wordsOf(project.data?.media);

  useShortcut("u", `Upload ${words.things}`, pick);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void dropped(event.dataTransfer).then(send, (error: unknown) => notifyProblem("Reading what was dropped", error));
  };
  const nothing = (
    <div className={classes.empty}>
      <EmptyState
        icon={<IconImages size={34} />}
        title={`Drop ${words.things} here`}
        action={
          <Group justify="center" gap="xs">
            <Button leftSection={<IconUpload />} onClick={pick}>
              Choose {words.things}
            </Button>
            <Button variant="default" onClick={() => folders.current?.click()}>
              Choose a folder
            </Button>
            <Button variant="default" component="a" href={`/projects/${projectId}/transfer`}>
              Import with labels
            </Button>
          </Group>
        }
      >
        {words.hint} Sets that are labelled already (COCO, LabelMe, mask PNGs)
        come in through Import.
      </EmptyState>
    </div>
  );

  return (
    <div
      className={classes.page}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={onDrop}
    >
      <input
        ref={picker}
        type="file"
        accept={`${words.accept},.zip`}
        multiple
        hidden
        aria-label={`Upload ${words.things}`}
        onChange={(event) => {
          send(chosen(event.currentTarget.files ?? []));
          event.currentTarget.value = "";
        }}
      />
      <input
        ref={folders}
        type="file"
        // React's types do not know it; browsers have long agreed on it.
        {...{ webkitdirectory: "" }}
        hidden
        aria-label="Upload a folder"
        onChange={(event) => {
          send(chosen(event.currentTarget.files ?? []));
          event.currentTarget.value = "";
        }}
      />
      <DataList projectId={projectId} onUpload={pick} nothing={uploads.length === 0 && nothing}>
        <InterruptedUploads projectId={projectId} uploads={uploads} />
        {uploads.length > 0 && <UploadPanel projectId={projectId} uploads={uploads} />}
      </DataList>
      {asked.length > 0 && <SendDialog projectId={projectId} files={asked} onClose={() => setAsked([])} />}
      {over && (
        <div className={classes.dropVeil} aria-hidden="true">
          <IconUpload size={28} />
          Drop to upload
        </div>
      )}
    </div>
  );
}
