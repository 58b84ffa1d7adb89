import { ActionIcon, Group, Progress, Radio, Stack, Text, TextInput } from "@mantine/core";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { FileDrop } from "@/components/FileDrop";
import { bytes, count, parameters } from "@/components/format";
import { IconTrash, IconUpload } from "@/components/icons";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView, RowsSkeleton } from "@/components/QueryView";
import { useDeleteWeights, useUploadWeights, useWeightFiles, type WeightFile } from "../api/weights";
import { useBuilder } from "./builder";
import classes from "./WeightFiles.module.css";

interface Props {
  /** The name that the specification says; empty for none yet. */
  chosen: string;
  error: string | undefined;
}

/** The project's uploaded weights to choose from, and the way to upload more. */
export function WeightFiles({ chosen, error }: Props) {
  const { projectId, setSpec } = useBuilder();
  const files = useWeightFiles(projectId);
  const { upload, progress } = useUploadWeights(projectId);
  const choose = (name: string) => setSpec({ weights: `file:${name}` });
  const uploaded = files.data?.some(({ name }) => name === chosen) ?? false;
  const take = ([file]: File[]) =>
    file &&
    upload.mutate(file, {
      onSuccess: ({ name }) => {
        notifyDone(`${name} uploaded`);
        choose(name);
      },
    });
  return (
    <Stack gap="sm" maw={720}>
      <QueryView query={files} skeleton={<RowsSkeleton rows={2} />}>
        {(list) =>
          list.length > 0 && (
            <Radio.Group aria-label="Uploaded weights" value={uploaded ? chosen : ""} onChange={choose}>
              <ul className={classes.list}>
                {list.map((file) => (
                  <FileRow key={file.id} file={file} projectId={projectId} onDeleted={() => file.name === chosen && choose("")} />
                ))}
              </ul>
            </Radio.Group>
          )
        }
      </QueryView>
      <FileDrop label="Upload weights" accept=".safetensors" disabled={upload.isPending} onFiles={take}>
        <IconUpload size={18} />
        <Text size="sm" fw={500}>
          {upload.isPending ? `Uploading ${upload.variables.name}` : "Drop a .safetensors file, or click to choose"}
        </Text>
        <Text size="xs" c="dimmed">
          Only its header is read to check it; nothing in it is run.
        </Text>
      </FileDrop>
      {upload.isPending && <Progress value={progress * 100} aria-label="Upload progress" />}
      <ProblemAlert error={upload.error} doing="Uploading the weights" />
      <TextInput
        size="xs"
        maw={420}
        label="File name"
        description="An uploaded file, or one in the weights folder of this server."
        inputWrapperOrder={["label", "input", "error", "description"]}
        placeholder="weights.safetensors"
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
        error={error}
      />
    </Stack>
  );
}

function FileRow({ file, projectId, onDeleted }: { file: WeightFile; projectId: string; onDeleted: () => void }) {
  const remove = useDeleteWeights(projectId);
  return (
    <li>
      <Radio value={file.name} label={file.name} size="sm" />
      <Group gap={12} className={classes.facts}>
        <span>{bytes(file.size)}</span>
        <span>
          {count(file.tensors, "tensor")}, {parameters(file.parameters)} parameters
        </span>
        <span>
          <Ago time={file.created_at} />
          {file.created_by && ` by ${file.created_by.email}`}
        </span>
      </Group>
      <ConfirmButton
        title={`Delete “${file.name}”?`}
        confirm="Delete weights"
        onConfirm={async () => {
          await remove.mutateAsync(file.id);
          onDeleted();
        }}
        trigger={(open) => (
          <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${file.name}`} onClick={open}>
            <IconTrash size={15} />
          </ActionIcon>
        )}
      >
        Runs that have started from it keep what they learned; new ones cannot start from it.
      </ConfirmButton>
    </li>
  );
}
