import { Alert, Button, SegmentedControl, Text, useComputedColorScheme } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { ClassSwatch } from "@/components/ClassSwatch";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { count, integer, percent } from "@/components/format";
import { IconChevronLeft, IconCompare } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { Stats } from "@/components/Stat";
import type { LabelClass } from "@/api/types";
import { cellLook } from "@/features/artifacts/model/confusion";
import { useClasses } from "@/features/classes/api/classes";
import { useProject } from "@/features/projects/api/projects";
import { type Agreement, type ClassNumbers, type ImageAgreement, type ProjectAgreement, useProjectAgreement } from "../api/consensus";
import { classValue, figure, type Measure, measuresOf, pairOf, trouble, valueOf } from "../model/agreement";
import { comparePath } from "../model/paths";
import classes from "./Consensus.module.css";
import { ImageLink } from "./ConsensusPage";

/** How far the people of a project agree: between each two, per class, and the images on which they differ most. */
export function AgreementPage() {
  const projectId = useProjectId();
  const agreement = useProjectAgreement(projectId);
  const back = (
    <Button variant="default" component={Link} to=".." relative="path" leftSection={<IconChevronLeft size={15} />}>
      Rounds
    </Button>
  );
  return (
    <>
      <PageHeader title="Agreement" sub="Counted from answers that are handed in, between every two people who labelled the same image." actions={back} />
      <QueryView query={agreement}>
        {(data) =>
          data.compared === 0 && data.uncounted === 0 ? (
            <EmptyState icon={<IconCompare size={30} />} title="Nothing to compare yet">
              There are numbers as soon as two people have handed in their answers to the same image.
            </EmptyState>
          ) : (
            <Numbers projectId={projectId} data={data} />
          )
        }
      </QueryView>
    </>
  );
}

function Numbers({ projectId, data }: { projectId: string; data: ProjectAgreement }) {
  const task = useProject(projectId).data?.task;
  const labels = useClasses(projectId);
  const measures = measuresOf(task);
  const [chosen, setChosen] = useState<Measure | null>(null);
  const measure = chosen !== null && measures.includes(chosen) ? chosen : measures[0];
  return (
    <div className={classes.stack}>
      {data.uncounted > 0 && (
        <Alert color="blue" variant="light">
          {count(data.uncounted, "image")} still to be counted: the numbers below grow by themselves.
        </Alert>
      )}
      <Stats
        items={[
          ...measures.map((each) => ({ label: each.label, value: figure(valueOf(data.overall, each)), hint: "mean over pairs" })),
          { label: "Images compared", value: integer(data.compared) },
          { label: "Pixels compared", value: percent(data.overall.coverage), hint: "neither left them void" },
        ]}
      />
      <div className={classes.columns}>
        <Panel
          title="Between people"
          flush
          actions={
            <SegmentedControl
              size="xs"
              aria-label="Measure"
              data={measures.map(({ id, label }) => ({ value: id, label }))}
              value={measure.id}
              onChange={(id) => setChosen(measures.find((each) => each.id === id) ?? null)}
            />
          }
        >
          <Matrix agreement={data} measure={measure} />
        </Panel>
        <Panel title="Classes" flush>
          <DataTable label="Agreement per class" columns={classColumns(labels.data ?? [], measures)} rows={data.classes} keyOf={(row) => row.class ?? "background"} />
        </Panel>
      </div>
      <Panel title="Least agreed images" flush>
        <DataTable label="Least agreed images" columns={imageColumns(projectId, measures)} rows={data.assets} keyOf={({ asset }) => asset.id} />
      </Panel>
    </div>
  );
}

/** Person by person; the diagonal is each person's mean over the pairs they are in. */
export function Matrix({ agreement, measure }: { agreement: Agreement; measure: Measure }) {
  const isDark = useComputedColorScheme("light") === "dark";
  const { people, pairs } = agreement;
  return (
    <div className={classes.matrixBox} tabIndex={0} role="region" aria-label={`${measure.label} between people`}>
      <table className={classes.matrix}>
        <thead>
          <tr>
            <td />
            {people.map(({ user }) => (
              <th key={user.id} scope="col" title={user.name}>
                {user.name}
              </th>
            ))}
            <th scope="col">Mean</th>
          </tr>
        </thead>
        <tbody>
          {people.map((row) => (
            <tr key={row.user.id}>
              <th scope="row" title={row.user.name}>
                {row.user.name}
              </th>
              {people.map((column) => {
                if (row === column) return <td key={column.user.id} data-self="" aria-label="the same person" />;
                const pair = pairOf(pairs, row.user.id, column.user.id);
                const value = pair && valueOf(pair, measure);
                const title = pair
                  ? `${row.user.name} and ${column.user.name}: ${count(pair.assets, "image")} in common`
                  : "no image in common";
                return (
                  <td key={column.user.id} title={title} style={value === null ? undefined : cellLook(trouble(value), false, isDark)}>
                    {figure(value)}
                  </td>
                );
              })}
              <td style={{ fontWeight: 600 }}>{figure(valueOf(row, measure))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed" mt={8}>
        {measure.help}.
      </Text>
    </div>
  );
}

export function classColumns(labels: readonly LabelClass[], measures: readonly Measure[]): Column<ClassNumbers>[] {
  const byId = new Map(labels.map((label) => [label.id, label]));
  return [
    {
      title: "Class",
      cell: (row) => {
        const label = row.class === null ? null : byId.get(row.class);
        return (
          <span className={classes.swatchName}>
            <ClassSwatch color={label?.color ?? "transparent"} />
            {row.class === null ? "Background" : (label?.name ?? "Deleted class")}
          </span>
        );
      },
    },
    ...measures.map((measure) => ({
      title: measure.short,
      align: "right" as const,
      cell: (row: ClassNumbers) => figure(classValue(row, measure)),
    })),
  ];
}

function imageColumns(projectId: string, measures: readonly Measure[]): Column<ImageAgreement>[] {
  return [
    { title: "Image", cell: ({ asset }) => <ImageLink image={asset} to={comparePath(projectId, asset.id)} /> },
    { title: "People", align: "right", width: 90, cell: ({ people }) => people },
    ...measures.map((measure) => ({
      title: measure.label,
      align: "right" as const,
      width: 130,
      cell: (row: ImageAgreement) => figure(valueOf(row, measure)),
    })),
  ];
}
