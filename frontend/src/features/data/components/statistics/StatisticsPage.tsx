import { Anchor } from "@mantine/core";
import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { compact, integer, percent } from "@/components/format";
import { type Column, DataTable } from "@/components/DataTable";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { Stats } from "@/components/Stat";
import { type Statistics, useStatistics } from "../../api/statistics";
import { type AssetFilters, countFilters, dataPath, readFilters } from "../../model/filters";
import { Bars, Heatmap, Histogram, side } from "./charts";
import { NearDuplicates } from "./NearDuplicates";
import classes from "./Statistics.module.css";

/** What the images of a project are like, all of them or those that pass the filters of the list. */
export function StatisticsPage() {
  const projectId = useProjectId();
  const [search] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const statistics = useStatistics(projectId, filters);
  const some = countFilters(filters) > 0;
  return (
    <>
      <PageHeader
        title="Statistics"
        sub={
          <>
            {some ? "Of the images that pass the filters. " : "Of all images. "}
            <Anchor component={Link} to={dataPath(projectId, filters)} size="sm">
              {some ? "Those images" : "The images"}
            </Anchor>
          </>
        }
      />
      <QueryView query={statistics}>{(found) => <Found projectId={projectId} found={found} filters={filters} />}</QueryView>
    </>
  );
}

interface Props {
  projectId: string;
  found: Statistics;
  filters: AssetFilters;
}

type SplitOfAssets = Statistics["splits"][number];

function Found({ projectId, found, filters }: Props) {
  const { assets, annotated, annotations, classes: labels, splits, object_sizes: sizes, image_sizes: images, positions } = found;
  const objects = sizes.small + sizes.medium + sizes.large;
  const narrowed = (more: Partial<AssetFilters>) => dataPath(projectId, { ...filters, ...more });
  return (
    <>
      <Stats
        items={[
          { label: "Images", value: integer(assets) },
          { label: "Annotated", value: integer(annotated), hint: percent(assets === 0 ? null : annotated / assets) },
          { label: "Annotations", value: integer(annotations), hint: annotated === 0 ? undefined : `${compact(annotations / annotated)} an image` },
          { label: "Sizes of images", value: integer(images.different) },
        ]}
      />
      <div className={classes.grid}>
        <Panel title="Annotations by class">
          <Bars
            empty="Nothing is annotated yet."
            bars={labels.map(({ class: id, name, color, shapes, images: on }) => ({
              key: id,
              label: name,
              value: shapes,
              text: `${integer(shapes)} on ${integer(on)}`,
              color,
              to: narrowed({ class: [id] }),
            }))}
          />
        </Panel>
        <Panel title="Area by class">
          <Bars
            empty="Nothing is annotated yet."
            bars={labels.map(({ class: id, name, color, pixels }) => ({
              key: id,
              label: name,
              value: pixels,
              text: percent(pixels / Math.max(1, labels.reduce((sum, each) => sum + each.pixels, 0))),
              color,
              to: narrowed({ class: [id] }),
            }))}
          />
        </Panel>
        <Panel title="Splits and classes" flush className={classes.wide}>
          <SplitTable splits={splits} labels={labels} narrowed={narrowed} />
        </Panel>
        <Panel title="Sizes of objects">
          <Histogram bins={sizes.bins} unit={side} empty="Nothing is annotated yet." />
          <Bars
            empty=""
            bars={
              objects === 0
                ? []
                : [
                    { key: "small", label: "Small, below 32²", value: sizes.small, text: percent(sizes.small / objects) },
                    { key: "medium", label: "Medium, below 96²", value: sizes.medium, text: percent(sizes.medium / objects) },
                    { key: "large", label: "Large", value: sizes.large, text: percent(sizes.large / objects) },
                  ]
            }
          />
        </Panel>
        <Panel title={positions.sampled ? `Where objects lie, of ${integer(positions.shapes)}` : "Where objects lie"}>
          <Heatmap counts={positions.counts} label="How many objects have their middle where, over the whole picture" />
        </Panel>
        <Panel title="Sizes of images">
          <Bars
            empty="There are no images."
            bars={images.common.slice(0, 8).map(({ width, height, count }) => ({
              key: `${width}x${height}`,
              label: `${width} × ${height}`,
              value: count,
              to: narrowed({ min_width: width, max_width: width, min_height: height, max_height: height }),
            }))}
          />
        </Panel>
        <Panel title="Review">
          <Bars
            empty="There are no images."
            bars={Object.entries(found.reviews)
              .filter(([, value]) => value > 0)
              .map(([review, value]) => ({
                key: review,
                label: review.replaceAll("_", " "),
                value,
                to: narrowed({ review: [review as AssetFilters["review"][number]] }),
              }))}
          />
        </Panel>
        <Panel title="Brightness">
          <Histogram bins={found.brightness} unit={(value) => percent(value, 0)} empty="Not known of these images." />
        </Panel>
        <Panel title="Sharpness">
          <Histogram bins={found.sharpness} unit={compact} empty="Not known of these images." />
        </Panel>
        <NearDuplicates projectId={projectId} />
      </div>
    </>
  );
}

interface SplitProps {
  splits: readonly SplitOfAssets[];
  labels: Statistics["classes"];
  narrowed: (more: Partial<AssetFilters>) => string;
}

function SplitTable({ splits, labels, narrowed }: SplitProps) {
  const columns: Column<SplitOfAssets>[] = [
    {
      title: "Split",
      cell: ({ split }) => (
        <Anchor component={Link} size="sm" to={narrowed({ split: [split ?? "none"] })}>
          {split ?? "none"}
        </Anchor>
      ),
    },
    { title: "Images", align: "right", cell: ({ assets }) => integer(assets) },
    { title: "Annotated", align: "right", cell: ({ annotated }) => integer(annotated) },
    ...labels.map(
      ({ class: id, name }): Column<SplitOfAssets> => ({
        title: name,
        align: "right",
        cell: ({ split, classes: counted }) => {
          const shapes = counted.find((each) => each.class === id)?.shapes ?? 0;
          if (shapes === 0) return <span style={{ color: "var(--mantine-color-dimmed)" }}>0</span>;
          return (
            <Anchor component={Link} size="sm" to={narrowed({ split: [split ?? "none"], class: [id] })}>
              {integer(shapes)}
            </Anchor>
          );
        },
      }),
    ),
  ];
  return (
    <div style={{ overflowX: "auto" }}>
      <DataTable label="Splits and classes" columns={columns} rows={splits} keyOf={({ split }) => split ?? "none"} />
    </div>
  );
}
