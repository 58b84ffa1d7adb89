import type { Asset } from "@/api/types";
import { bytes, dateTime, integer } from "@/components/format";
import { Facts } from "@/components/Stat";
import type { Shape } from "../../model/types";
import { type ClassLook, UNKNOWN } from "../../model/view/looks";
import { formOf } from "../stage/forms";
import classes from "./Panels.module.css";

interface Props {
  asset: Asset;
  shapes: readonly Shape[];
  selected: readonly Shape[];
  looks: ReadonlyMap<string, ClassLook>;
}

const SOURCES = { human: "drawn by hand", import: "imported", model: "a model", assist: "smart tool" } as const;

export function InfoPanel({ asset, shapes, selected, looks }: Props) {
  const [shape] = selected;
  return (
    <div className={classes.info}>
      {selected.length === 1 && shape && (
        <>
          <h3>Selected shape</h3>
          <Facts items={factsOf(shape, looks.get(shape.class) ?? UNKNOWN)} />
        </>
      )}
      <h3>Image</h3>
      <Facts
        items={[
          { label: "Size", value: `${asset.width} × ${asset.height} px` },
          { label: "File", value: bytes(asset.size) },
          { label: "Shapes", value: integer(shapes.length) },
          { label: "Split", value: asset.split ?? "decided by the snapshot" },
          { label: "Tags", value: asset.tags.length > 0 ? asset.tags.join(", ") : "none" },
          { label: "Added", value: dateTime(asset.created_at) },
        ]}
      />
    </div>
  );
}

function factsOf(shape: Shape, look: ClassLook) {
  const { left, top, right, bottom } = formOf(shape.geometry).bounds;
  const points = shape.geometry.kind === "polygons" ? countPoints(shape.geometry.polygons) : null;
  return [
    { label: "Class", value: look.name },
    { label: "From", value: SOURCES[shape.source] },
    ...(shape.score === null ? [] : [{ label: "Score", value: `${Math.round(shape.score * 100)} %` }]),
    { label: "At", value: `${Math.round(left)}, ${Math.round(top)}` },
    { label: "Size", value: `${Math.round(right - left)} × ${Math.round(bottom - top)} px` },
    ...(points === null ? [] : [{ label: "Points", value: integer(points) }]),
    { label: "Revision", value: shape.revision === 0 ? "not saved yet" : integer(shape.revision) },
  ];
}

function countPoints(polygons: readonly { exterior: readonly unknown[]; holes: readonly (readonly unknown[])[] }[]): number {
  return polygons.reduce((sum, { exterior, holes }) => sum + exterior.length + holes.reduce((inner, hole) => inner + hole.length, 0), 0);
}
