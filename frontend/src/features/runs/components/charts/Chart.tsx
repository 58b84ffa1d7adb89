import { ActionIcon, Modal, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMemo } from "react";
import { type Line, LineChart } from "@/components/chart/LineChart";
import type { Mark } from "@/components/chart/marks";
import type { Range } from "@/components/chart/model/traces";
import { compact, percent } from "@/components/format";
import { IconFit } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { useInView } from "@/components/useInView";
import type { ChartView } from "../../api/view";
import type { ChartKind } from "../../model/charts";
import { draw, type Source } from "../../model/lines";
import classes from "./Charts.module.css";

const FORMATS: Record<ChartKind, (value: number) => string> = {
  loss: compact,
  plain: compact,
  amount: (value) => value.toFixed(2),
  share: (value) => percent(value),
  speed: (value) => value.toFixed(1),
};
const HEIGHT = 210;
const TALL = 480;

interface Props {
  title: string;
  kind: ChartKind;
  lines: readonly Line[];
  /** One for each line. */
  sources: readonly Source[];
  /** The curves change in place; the version says when. */
  version: number;
  range: Range;
  control: ChartView;
  sync: string;
  marks?: readonly Mark[];
  values?: "legend" | "tip";
  hidden?: ReadonlySet<string>;
}

/** A chart in its box, drawn while it is on the screen; it opens large. */
export function Chart(props: Props) {
  const [watch, inView] = useInView<HTMLDivElement>();
  const [large, { open, close }] = useDisclosure(false);
  const height = HEIGHT + (props.values === "tip" ? 0 : 28);
  return (
    <Panel
      title={props.title}
      flush
      actions={
        <Tooltip label="Enlarge">
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Enlarge ${props.title}`} onClick={open}>
            <IconFit size={14} />
          </ActionIcon>
        </Tooltip>
      }
    >
      <div ref={watch} className={classes.chart} style={{ minHeight: height }}>
        {inView && <Body {...props} height={HEIGHT} />}
      </div>
      <Modal opened={large} onClose={close} title={props.title} size="80rem">
        <Body {...props} height={TALL} />
      </Modal>
    </Panel>
  );
}

function Body({ title, kind, lines, sources, version, range, control, sync, marks, values, hidden, height }: Props & { height: number }) {
  const { view, zoom } = control;
  const drawn = useMemo(
    () => draw(sources, view, range),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [sources, view, range, version],
  );
  const ghosts = drawn.ghosts.flatMap((index) => {
    const line = lines[index];
    return line ? [{ ...line, ghost: true, points: false }] : [];
  });
  return (
    <LineChart
      label={`${title} by ${view.axis}`}
      lines={[...ghosts, ...lines]}
      data={drawn.data}
      range={range}
      onZoom={zoom}
      x={view.axis}
      format={FORMATS[kind]}
      logarithmic={kind === "loss" && view.logarithmic}
      share={kind === "share"}
      fromZero={kind === "speed" || kind === "amount"}
      height={height}
      sync={sync}
      {...(marks ? { marks } : {})}
      {...(values ? { values } : {})}
      {...(hidden ? { hidden } : {})}
    />
  );
}
