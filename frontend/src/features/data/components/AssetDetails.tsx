import { Alert, Button, Checkbox, Select, Skeleton, TagsInput, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Asset, Annotation, LabelClass, Split } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { CopyIcon } from "@/components/Code";
import { bytes, compact, dateTime, integer } from "@/components/format";
import { IconAlert, IconImages } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Facts } from "@/components/Stat";
import { type AnnotationSet, type AssetChange, useChangeAsset } from "../api/assets";
import { clock } from "../model/media";
import classes from "./AssetPage.module.css";
import { ExtractFrames } from "./ExtractFrames";

interface Props {
  asset: Asset;
  annotations: { data: AnnotationSet | undefined; error: unknown; refetch: () => unknown };
  labels: readonly LabelClass[];
  active: string | null;
  onActive: (id: string | null) => void;
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
}

const SPLITS = [
  { value: "train", label: "Train" },
  { value: "val", label: "Validation" },
  { value: "test", label: "Test" },
];

export function AssetDetails({ asset, annotations, labels, active, onActive, hidden, onHidden }: Props) {
  const change = useChangeAsset(asset.project, asset.id);
  const save = (body: AssetChange) =>
    change.mutate(body, { onError: (error) => notifyProblem("Saving the image", error) });
  const list = annotations.data?.results ?? [];
  const present = labels.filter(({ id }) => list.some((annotation) => annotation.class === id));
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    onHidden(next);
  };
  return (
    <>
      <Select
        size="xs"
        label="Split"
        placeholder="Decided by the snapshot"
        clearable
        data={SPLITS}
        value={asset.split}
        onChange={(split) => save({ split: split as Split | null })}
      />
      <TagsInput
        size="xs"
        mt={8}
        label="Tags"
        placeholder={asset.tags.length === 0 ? "Type and press Enter" : ""}
        value={asset.tags}
        onChange={(tags) => save({ tags })}
      />
      <h2 className={classes.heading}>Annotations</h2>
      <ProblemAlert error={annotations.error} onRetry={() => void annotations.refetch()} />
      {annotations.data === undefined && annotations.error == null && <Skeleton height={60} />}
      {annotations.data && list.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      )}
      {present.map((label) => (
        <div key={label.id}>
          <Checkbox
            size="xs"
            mt={6}
            checked={!hidden.has(label.id)}
            onChange={() => toggle(label.id)}
            label={
              <span style={{ display: "inline-flex", gap: 6, alignItems: "center", fontWeight: 600 }}>
                <ClassSwatch color={label.color} />
                {label.name}
              </span>
            }
          />
          <ul className={classes.list}>
            {list
              .filter((annotation) => annotation.class === label.id)
              .map((annotation, index) => (
                <li key={annotation.id}>
                  <button
                    type="button"
                    className={classes.item}
                    data-active={annotation.id === active || undefined}
                    onMouseEnter={() => onActive(annotation.id)}
                    onMouseLeave={() => onActive(null)}
                    onFocus={() => onActive(annotation.id)}
                    onBlur={() => onActive(null)}
                  >
                    <span>{describe(annotation, index)}</span>
                    <small>{integer(Math.round(annotation.area))} px</small>
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
      {asset.media === "video" && asset.status === "ready" && <Film asset={asset} />}
      {asset.metadata.video !== undefined && (
        <>
          <h2 className={classes.heading}>Origin</h2>
          <Text size="sm">
            Frame {integer(asset.metadata.frame ?? 0)} of <Link to={`/projects/${asset.project}/data/${asset.metadata.video}`}>a video</Link>
          </Text>
        </>
      )}
      <h2 className={classes.heading}>File</h2>
      <Facts
        items={[
          { label: "Size", value: `${asset.width} × ${asset.height} px` },
          { label: "Bytes", value: bytes(asset.size) },
          { label: "Review", value: asset.review.replace("_", " ") },
          { label: "Revision", value: asset.revision },
          { label: "Added", value: dateTime(asset.created_at) },
          { label: "SHA-256", value: <Digest value={asset.sha256} label="SHA-256" /> },
          { label: "Id", value: <Digest value={asset.id} label="image id" /> },
        ]}
      />
    </>
  );
}

function Film({ asset }: { asset: Asset }) {
  const [extracting, setExtracting] = useState(false);
  return (
    <>
      <h2 className={classes.heading}>Video</h2>
      {asset.warning !== "" && (
        <Alert color="orange" icon={<IconAlert />} mb={8} p="xs">
          {asset.warning}
        </Alert>
      )}
      <Facts
        items={[
          { label: "Frames", value: integer(asset.frames ?? 0) },
          { label: "Rate", value: `${compact(Number((asset.fps ?? 0).toFixed(3)))} fps` },
          { label: "Duration", value: clock(asset.duration ?? 0) },
        ]}
      />
      <Button size="xs" mt={8} fullWidth variant="default" leftSection={<IconImages size={14} />} onClick={() => setExtracting(true)}>
        Take frames out as images
      </Button>
      {extracting && <ExtractFrames asset={asset} onClose={() => setExtracting(false)} />}
    </>
  );
}

function describe(annotation: Annotation, index: number): string {
  const kind = annotation.polygons ? "polygon" : annotation.mask ? "mask" : "box";
  const score = annotation.score === null ? "" : ` · ${Math.round(annotation.score * 100)} %`;
  const frame = annotation.frame === null ? "" : ` · frame ${integer(annotation.frame)}`;
  return `${index + 1} · ${kind} · ${annotation.source}${score}${frame}`;
}

function Digest({ value, label }: { value: string; label: string }) {
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
      <code>{value.slice(0, 12)}…</code>
      <CopyIcon value={value} label={`Copy ${label}`} />
    </span>
  );
}
