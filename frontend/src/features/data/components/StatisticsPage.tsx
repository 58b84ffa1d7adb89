import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Review } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { compact, count, integer, percent } from "@/components/format";
import { IconChevronLeft } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { Stats } from "@/components/Stat";
import { useClasses } from "@/features/classes/api/classes";
import { REVIEW_NAMES } from "@/features/review/model/history";
import { type Statistics, useStatistics } from "../api/counts";
import { SPLIT_NAMES } from "../model/chips";
import { type AssetFilters, dataPath, readFilters, REVIEWS, writeFilters } from "../model/filters";
import { Bars, Heatmap, Histogram } from "./charts";
import { FilterChips } from "./FilterChips";
import { NearDuplicates } from "./NearDuplicates";
import classes from "./Statistics.module.css";

const SPLIT_COLOURS = { train: "#0072b2", val: "#e69f00", test: "#cc79a7", none: "#9aa3a1" } as const;

/** What the images of a project are like; every number that a filter can show leads to its images. */
export function StatisticsPage() {
  const projectId = useProjectId();
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const statistics = useStatistics(projectId, filters);
  const labels = useClasses(projectId).data ?? [];
  const change = (set: Partial<AssetFilters>) => setSearch(writeFilters({ ...filters, ...set }), { replace: true, flushSync: true });
  /** The images of these filters that are, besides, like this. */
  const to = (set: Partial<AssetFilters>) => dataPath(projectId, { ...filters, ...set });
  return (
    <>
      <PageHeader
        title="Statistics"
        actions={
          <Button variant="default" component={Link} to={to({})} leftSection={<IconChevronLeft size={14} />}>
            To the images
          </Button>
        }
      />
      <Group gap={8} mb="md" role="search" aria-label="Filter images">
        <FilterChips projectId={projectId} filters={filters} onChange={change} labels={labels} />
      </Group>
      <QueryView query={statistics}>
        {(data) =>
          data.assets === 0 ? (
            <EmptyState title="No image matches these filters">There is nothing to count.</EmptyState>
          ) : (
            <div className={classes.grid}>
              <div className={classes.wide}>
                <Overview data={data} to={to} />
              </div>
              <ClassBalance data={data} to={to} />
              <Splits data={data} to={to} />
              <Panel title="Review">
                <Bars
                  label="Images by review state"
                  bars={REVIEWS.map((state: Review) => ({
                    key: state,
                    name: REVIEW_NAMES[state],
                    parts: [{ value: data.reviews[state] ?? 0, color: "var(--mantine-primary-color-filled)", title: REVIEW_NAMES[state] }],
                    to: to({ review: [state] }),
                  }))}
                />
              </Panel>
              <ObjectSizes data={data} />
              <Panel title="Where shapes lie">
                <Heatmap counts={data.positions.counts} label={`Middles of ${count(data.positions.shapes, "shape")} laid over one picture`} />
                <Text size="xs" c="dimmed" ta="center" mt={6}>
                  Middles of {count(data.positions.shapes, "shape")}
                  {data.positions.sampled ? ", a sample of all" : ""}
                </Text>
              </Panel>
              <ImageSizes data={data} to={to} />
              {data.brightness && (
                <Panel title="Brightness">
                  <Histogram label="Images by brightness" bins={data.brightness} text={(value) => percent(value, 0)} unit="images" />
                </Panel>
              )}
              {data.sharpness && (
                <Panel title="Sharpness">
                  <Histogram label="Images by sharpness" bins={data.sharpness} text={compact} unit="images" />
                </Panel>
              )}
              <div className={classes.wide}>
                <NearDuplicates projectId={projectId} />
              </div>
            </div>
          )
        }
      </QueryView>
    </>
  );
}

interface PartProps {
  data: Statistics;
  to: (set: Partial<AssetFilters>) => string;
}

function Overview({ data, to }: PartProps) {
  const link = (value: number, set: Partial<AssetFilters>) => (
    <Link to={to(set)} className="tess-link">
      {integer(value)}
    </Link>
  );
  return (
    <Stats
      items={[
        { label: "Images", value: link(data.assets, {}) },
        { label: "Annotated", value: link(data.annotated, { annotated: true }), hint: percent(data.annotated / data.assets) },
        { label: "Not annotated", value: link(data.assets - data.annotated, { annotated: false }) },
        { label: "Shapes", value: integer(data.annotations) },
        { label: "Shapes an image", value: compact(Number((data.annotations / data.assets).toFixed(2))) },
      ]}
    />
  );
}

type By = "images" | "shapes" | "pixels";

function ClassBalance({ data, to }: PartProps) {
  const [by, setBy] = useState<By>("images");
  const sorted = [...data.classes].sort((a, b) => b[by] - a[by]);
  return (
    <Panel
      title="Classes"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Count classes by"
          value={by}
          onChange={(value) => setBy(value as By)}
          data={[
            { value: "images", label: "Images" },
            { value: "shapes", label: "Shapes" },
            { value: "pixels", label: "Pixels" },
          ]}
        />
      }
    >
      {sorted.length === 0 ? (
        <Text size="sm" c="dimmed">
          This project has no classes yet.
        </Text>
      ) : (
        <Bars
          label={`Classes by ${by}`}
          bars={sorted.map((each) => ({
            key: each.class,
            name: each.name,
            swatch: each.color,
            parts: [{ value: each[by], color: each.color, title: each.name }],
            to: to({ class: [each.class] }),
          }))}
        />
      )}
    </Panel>
  );
}

function Splits({ data, to }: PartProps) {
  const names = new Map(data.classes.map(({ class: id, name, color }) => [id, { name, color }]));
  return (
    <Panel title="Splits">
      <Bars
        label="Images by split"
        bars={data.splits.map(({ split, assets }) => ({
          key: split ?? "none",
          name: SPLIT_NAMES[split ?? "none"],
          parts: [{ value: assets, color: SPLIT_COLOURS[split ?? "none"], title: SPLIT_NAMES[split ?? "none"] }],
          value: `${integer(assets)} · ${percent(assets / data.assets, 0)}`,
          to: to({ split: [split ?? "none"] }),
        }))}
      />
      {names.size > 0 && (
        <>
          <Text size="xs" fw={600} c="dimmed" mt="md" mb={6}>
            Classes across splits, by images
          </Text>
          <Bars
            label="Images of each class by split"
            bars={[...names].map(([id, { name, color }]) => ({
              key: id,
              name,
              swatch: color,
              parts: data.splits.map(({ split, classes: inside }) => {
                const value = inside.find((each) => each.class === id)?.images ?? 0;
                return { value, color: SPLIT_COLOURS[split ?? "none"], title: `${SPLIT_NAMES[split ?? "none"]}: ${integer(value)}` };
              }),
              to: to({ class: [id] }),
            }))}
          />
        </>
      )}
    </Panel>
  );
}

function ObjectSizes({ data }: { data: Statistics }) {
  const { small, medium, large, bins } = data.object_sizes;
  return (
    <Panel title="Sizes of shapes">
      <Bars
        label="Shapes by size"
        bars={[
          { key: "small", name: "Small, below 32²", value: small },
          { key: "medium", name: "Medium, below 96²", value: medium },
          { key: "large", name: "Large", value: large },
        ].map(({ key, name, value }) => ({ key, name, parts: [{ value, color: "var(--mantine-primary-color-filled)", title: name }] }))}
      />
      {bins.length > 0 && (
        <>
          <Text size="xs" fw={600} c="dimmed" mt="md" mb={6}>
            By area in pixels, doubling
          </Text>
          <Histogram label="Shapes by area" bins={bins} text={(value) => `${integer(Math.round(value))} px`} unit="shapes" />
        </>
      )}
    </Panel>
  );
}

const MOST_SIZES = 8;

function ImageSizes({ data, to }: PartProps) {
  const { common, different, aspects } = data.image_sizes;
  return (
    <Panel title="Sizes of images">
      <Bars
        label="Images by size"
        bars={common.slice(0, MOST_SIZES).map(({ width, height, count: value }) => ({
          key: `${width}×${height}`,
          name: `${width} × ${height}`,
          parts: [{ value, color: "var(--mantine-primary-color-filled)", title: `${width} × ${height}` }],
          to: to({ min_width: width, max_width: width, min_height: height, max_height: height }),
        }))}
      />
      {different > MOST_SIZES && (
        <Text size="xs" c="dimmed" mt={6}>
          {integer(different - MOST_SIZES)} other sizes
        </Text>
      )}
      <Text size="xs" fw={600} c="dimmed" mt="md" mb={6}>
        Width through height
      </Text>
      <Histogram label="Images by aspect" bins={aspects} text={compact} unit="images" />
    </Panel>
  );
}
