import { ActionIcon, Button, Group, Menu, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { Asset, LabelClass, Project } from "@/api/types";
import { imageUrl } from "@/components/assetUrls";
import { ImageCanvas } from "@/components/canvas/ImageCanvas";
import { type Shape, shapeOf } from "@/components/canvas/model/paths";
import { ClassSwatch } from "@/components/ClassSwatch";
import { DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { count } from "@/components/format";
import { IconChevronLeft, IconEdit, IconMore } from "@/components/icons";
import { notifyDone, notifyProblem } from "@/components/notify";
import { OverlayControls } from "@/components/OverlayControls";
import { useOverlaySettings } from "@/components/overlaySettings";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView } from "@/components/QueryView";
import { useProjectId, useRouteId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useClasses } from "@/features/classes/api/classes";
import { useAsset } from "@/features/data/api/assets";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import { type Answer, type AssetAgreement, useAnswers, useAssetAgreement, useReopen, useWithdraw } from "../api/consensus";
import { measuresOf, personColor, STATE_WORDS } from "../model/agreement";
import { answerPath } from "../model/paths";
import { classColumns, Matrix } from "./AgreementPage";
import classes from "./Consensus.module.css";
import { MergePanel } from "./MergePanel";

/** The answers to one image beside each other or on top of each other, how far they agree, and what becomes of them. */
export function CompareAnswersPage() {
  const projectId = useProjectId();
  const assetId = useRouteId("assetId");
  const project = useProject(projectId);
  const asset = useAsset(assetId);
  const answers = useAnswers(projectId, assetId);
  const agreement = useAssetAgreement(projectId, assetId);
  const labels = useClasses(projectId);
  const back = (
    <Button variant="default" component={Link} to={`/projects/${projectId}/consensus`} leftSection={<IconChevronLeft size={15} />}>
      Rounds
    </Button>
  );
  const problem = asset.error ?? answers.error ?? labels.error;
  return (
    <>
      <PageHeader title={asset.data?.name ?? "Answers"} sub="Answers to this image" actions={back} />
      {problem != null && <ProblemAlert error={problem} doing="Loading the answers" onRetry={() => void Promise.all([asset.refetch(), answers.refetch()])} />}
      {project.data && asset.data && answers.data && labels.data && (
        <Compared
          project={project.data}
          asset={asset.data}
          answers={answers.data.results}
          hidden={answers.data.hidden}
          labels={labels.data}
          agreement={agreement}
        />
      )}
    </>
  );
}

interface Props {
  project: Project;
  asset: Asset;
  answers: Answer[];
  hidden: number;
  labels: LabelClass[];
  agreement: ReturnType<typeof useAssetAgreement>;
}

function Compared({ project, asset, answers, hidden, labels, agreement }: Props) {
  const session = useSession();
  const judges = mayReview(roleIn(session.data, project.workspace));
  const overlay = useOverlaySettings();
  const [look, setLook] = useState<"beside" | "over">("beside");
  useShortcut("v", "Beside or over each other", () => setLook(look === "beside" ? "over" : "beside"), "Answers");
  useShortcut("o", "Show or hide labels", overlay.toggle, "Answers");
  const own = answers.find(({ user }) => user.id === session.data?.user?.id);
  const drawn = answers.filter(({ state, shape_count }) => state !== "todo" || shape_count > 0);
  const open = own && own.state !== "done" && (
    <Button component={Link} to={answerPath(project.id, asset.id)} leftSection={<IconEdit size={15} />}>
      Give your answer
    </Button>
  );
  if (answers.length === 0) {
    return (
      <EmptyState title={hidden > 0 ? "The answers of others are hidden from you" : "Nobody was asked about this image"}>
        {hidden > 0
          ? "You see them when you have handed in your own."
          : "Select it on the Data page and press “Several people” to start a round."}
      </EmptyState>
    );
  }
  return (
    <div className={classes.compare}>
      <div className={classes.stack}>
        <Group justify="space-between" gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="How answers are shown"
            value={look}
            onChange={(value) => setLook(value as "beside" | "over")}
            data={[
              { value: "beside", label: "Beside each other" },
              { value: "over", label: "Over each other" },
            ]}
          />
          <OverlayControls settings={overlay} />
        </Group>
        {drawn.length === 0 ? (
          <EmptyState title="Nobody has drawn anything yet" action={open}>
            {count(answers.length, "person is", "people are")} asked about this image.
          </EmptyState>
        ) : look === "beside" ? (
          <div className={classes.views}>
            {drawn.map((answer) => (
              <View key={answer.id} asset={asset} labels={labels} answer={answer} opacity={overlay.shown ? overlay.opacity : 0} judges={judges} isAlone={drawn.length === 1} />
            ))}
          </div>
        ) : (
          <Overlaid asset={asset} answers={drawn} opacity={overlay.shown ? overlay.opacity : 0} />
        )}
        {hidden > 0 && (
          <Text size="sm" c="dimmed">
            {own?.state === "done"
              ? `${count(hidden, "answer")} of others ${hidden === 1 ? "is" : "are"} not handed in yet.`
              : `${count(hidden, "answer")} of others ${hidden === 1 ? "is" : "are"} hidden until yours is handed in.`}{" "}
            {open}
          </Text>
        )}
      </div>
      <Stack gap={14}>
        {judges && <MergePanel project={project} asset={asset} answers={answers} />}
        <QueryView query={agreement}>{(data) => <Numbers task={project.task} agreement={data} labels={labels} />}</QueryView>
      </Stack>
    </div>
  );
}

function Numbers({ task, agreement, labels }: { task: string; agreement: AssetAgreement; labels: LabelClass[] }) {
  const measures = measuresOf(task);
  if (agreement.pairs.length === 0) {
    return (
      <Panel title="Agreement">
        <Text size="sm" c="dimmed">
          There are numbers as soon as two answers are handed in.
        </Text>
      </Panel>
    );
  }
  return (
    <>
      <Panel title={measures[0].label} flush>
        <Matrix agreement={agreement} measure={measures[0]} />
      </Panel>
      <Panel title="Classes" flush>
        <DataTable label="Agreement per class" columns={classColumns(labels, measures.slice(0, 2))} rows={agreement.classes} keyOf={(row) => row.class ?? "background"} />
      </Panel>
    </>
  );
}

interface ViewProps {
  asset: Asset;
  labels: LabelClass[];
  answer: Answer;
  opacity: number;
  judges: boolean;
  isAlone: boolean;
}

/** One person's answer, in the classes' colours. */
function View({ asset, labels, answer, opacity, judges, isAlone }: ViewProps) {
  const [active, setActive] = useState<string | null>(null);
  const shapes = useMemo(() => {
    const byId = new Map(labels.map((label) => [label.id, label]));
    return answer.results.map((shape) => {
      const label = byId.get(shape.class);
      return shapeOf(shape.id, label?.name ?? "Deleted class", label?.color ?? "#888888", shape);
    });
  }, [answer.results, labels]);
  return (
    <section className={classes.view} aria-label={`Answer of ${answer.user.name}`}>
      <div className={classes.viewHead}>
        <strong>{answer.user.name}</strong>
        <small>
          {STATE_WORDS[answer.state]} · {count(answer.shape_count, "shape")}
          {answer.merged_at !== null && " · merged"}
        </small>
        {judges && <AnswerMenu project={asset.project} answer={answer} />}
      </div>
      <div className={classes.canvas} data-large={isAlone || undefined}>
        <ImageCanvas
          src={imageUrl(asset.id)}
          width={asset.width}
          height={asset.height}
          shapes={opacity > 0 ? shapes : NO_SHAPES}
          opacity={opacity}
          active={active}
          onActive={setActive}
          label={`${asset.name} as ${answer.user.name} labelled it: ${count(shapes.length, "shape")}`}
        />
      </div>
    </section>
  );
}

const NO_SHAPES: Shape[] = [];

/** Everybody's shapes on one picture: a colour a person. */
function Overlaid({ asset, answers, opacity }: { asset: Asset; answers: Answer[]; opacity: number }) {
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const shapes = useMemo(
    () =>
      answers.flatMap((answer, place) =>
        off.has(answer.id) ? [] : answer.results.map((shape) => shapeOf(shape.id, answer.user.name, personColor(place), shape)),
      ),
    [answers, off],
  );
  const toggle = (id: string) => {
    const next = new Set(off);
    if (!next.delete(id)) next.add(id);
    setOff(next);
  };
  return (
    <section className={classes.view} aria-label="All answers">
      <div className={classes.viewHead}>
        <div className={classes.legend}>
          {answers.map(({ id, user }, place) => (
            <Button key={id} size="compact-xs" variant={off.has(id) ? "subtle" : "light"} color="gray" aria-pressed={!off.has(id)} onClick={() => toggle(id)} leftSection={<ClassSwatch color={personColor(place)} />}>
              {user.name}
            </Button>
          ))}
        </div>
      </div>
      <div className={classes.canvas} data-large="">
        <ImageCanvas
          src={imageUrl(asset.id)}
          width={asset.width}
          height={asset.height}
          shapes={opacity > 0 ? shapes : NO_SHAPES}
          opacity={opacity * 0.7}
          label={`${asset.name} with the answers of ${count(answers.length - off.size, "person", "people")}`}
        />
      </div>
    </section>
  );
}

function AnswerMenu({ project, answer }: { project: string; answer: Answer }) {
  const reopen = useReopen(project);
  const withdraw = useWithdraw(project);
  const { name } = answer.user;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for the answer of ${name}`}>
          <IconMore />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={answer.state !== "done"}
          onClick={() =>
            reopen.mutate(answer.id, {
              onSuccess: () => notifyDone(`${name} can change the answer again`),
              onError: (error) => notifyProblem("Giving the answer back", error),
            })
          }
        >
          Give back to {name}
        </Menu.Item>
        <Menu.Item
          color="red"
          onClick={() =>
            withdraw.mutate(answer.id, {
              onSuccess: () => notifyDone(`The answer of ${name} is removed`),
              onError: (error) => notifyProblem("Removing the answer", error),
            })
          }
        >
          Remove the answer
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
