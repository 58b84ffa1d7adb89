import { Button, Group, SegmentedControl, Skeleton, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { IconDice, IconImages } from "@/components/icons";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useShortcut } from "@/components/shortcuts";
import { useProject } from "@/features/projects/api/projects";
import { type Preview, useAugmentationPreview } from "../api/preview";
import { toSpec } from "../model/form";
import { useBuilder } from "./builder";
import classes from "./Preview.module.css";
import { PreviewTile } from "./PreviewTile";

const COUNTS = ["3", "6", "9", "12"];

/** What the augmentations make of the project's own images, kept true while they are changed. */
export function AugmentationPreview() {
  const { projectId, form, errors } = useBuilder();
  const project = useProject(projectId);
  const [masks, setMasks] = useState(true);
  const [boxes, setBoxes] = useState(false);
  const [number, setNumber] = useState("6");
  const [seed, setSeed] = useState(0);
  const [original, setOriginal] = useState(false);
  const [pinned, setPinned] = useState<{ asset: string; name: string } | null>(null);
  const empty = project.data?.counts.annotated === 0;
  const wrong = Object.keys(errors).some((path) => path.startsWith("augmentations") || path.startsWith("input_size"));
  const { augmentations, input_size } = toSpec(form.spec);
  const preview = useAugmentationPreview(
    projectId,
    {
      augmentations: original ? [] : augmentations,
      input_size,
      seed,
      count: Number(number),
      ...(pinned === null ? {} : { assets: [pinned.asset] }),
    },
    !empty && !wrong,
  );
  const reroll = () => setSeed(seed + Number(number));
  useShortcut("r", "Draw the preview anew", reroll);
  if (empty) {
    return (
      <section className={classes.preview} aria-label="Preview">
        <EmptyState
          icon={<IconImages size={32} />}
          title="No labelled images to show"
          action={
            <Button size="xs" variant="default" component={Link} to={`/projects/${projectId}/data`}>
              Open the images
            </Button>
          }
        >
          The preview draws the augmentations on images of this project, with their labels. Label or import some first.
        </EmptyState>
      </section>
    );
  }
  return (
    <section className={classes.preview} aria-label="Preview" aria-busy={preview.stale}>
      <Group className={classes.bar} gap="md">
        <SegmentedControl
          size="xs"
          aria-label="Show"
          data={[
            { value: "augmented", label: "Augmented" },
            { value: "original", label: "Original" },
          ]}
          value={original ? "original" : "augmented"}
          onChange={(value) => setOriginal(value === "original")}
        />
        <Switch size="xs" label="Masks" checked={masks} onChange={(event) => setMasks(event.currentTarget.checked)} />
        <Switch size="xs" label="Boxes" checked={boxes} onChange={(event) => setBoxes(event.currentTarget.checked)} />
        <SegmentedControl size="xs" aria-label="Number of images" data={COUNTS} value={number} onChange={setNumber} />
        <Button size="xs" variant="default" leftSection={<IconDice size={15} />} onClick={reroll}>
          Re-roll
        </Button>
      </Group>
      {pinned !== null && (
        <Group gap="xs" mb="xs">
          <Text size="xs">
            Only <b>{pinned.name}</b>
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => setPinned(null)}>
            All images
          </Button>
        </Group>
      )}
      {wrong && (
        <Text size="sm" c="red" mb="xs" role="status">
          The preview goes on once the marked fields are right.
        </Text>
      )}
      {preview.error && !wrong && !preview.isFetching && (
        <ProblemAlert error={preview.error} doing="The preview" onRetry={() => void preview.refetch()} />
      )}
      <Tiles
        preview={preview.data}
        count={Number(number)}
        size={input_size}
        stale={preview.stale && !wrong}
        waiting={preview.isFetching || preview.isPending}
        masks={masks}
        boxes={boxes}
        onPin={pinned === null ? setPinned : undefined}
      />
      <Text size="xs" c="dimmed" mt={8} role="status">
        {preview.data && !preview.stale ? `Seed ${seed}, at ${input_size[0]} × ${input_size[1]}, in ${Math.round(preview.data.milliseconds)} ms` : " "}
      </Text>
    </section>
  );
}

interface TilesProps {
  preview: Preview | undefined;
  count: number;
  size: [number, number];
  stale: boolean;
  waiting: boolean;
  masks: boolean;
  boxes: boolean;
  onPin: ((image: { asset: string; name: string }) => void) | undefined;
}

function Tiles({ preview, count, size, stale, waiting, masks, boxes, onPin }: TilesProps) {
  const [height, width] = size;
  if (!preview && !waiting) return null;
  return (
    <div className={classes.grid} data-stale={stale || undefined} data-many={count > 9 || undefined}>
      {preview
        ? preview.results.map((image, index) => (
            <PreviewTile key={index} image={image} size={size} masks={masks} boxes={boxes} onPin={onPin && (() => onPin({ asset: image.asset, name: image.name }))} />
          ))
        : Array.from({ length: count }, (_, index) => (
            <Skeleton key={index} h="auto" style={{ aspectRatio: `${Math.max(1, width)} / ${Math.max(1, height)}` }} />
          ))}
    </div>
  );
}
