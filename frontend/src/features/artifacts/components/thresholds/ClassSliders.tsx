import { ActionIcon, Button, Slider, Table, Tooltip } from "@mantine/core";
import { ClassSwatch } from "@/components/ClassSwatch";
import { percent } from "@/components/format";
import { IconClose } from "@/components/icons";
import { type ClassCurve, type Draft, pointAt } from "../../model/thresholds";
import { Definition } from "../evaluation/Definition";
import classes from "./Thresholds.module.css";

interface Props {
  curves: readonly ClassCurve[];
  draft: Draft;
  changes: Draft;
  /** The class whose curves stand out. */
  index: number;
  onIndex: (index: number) => void;
  onSet: (id: string, value: number | null) => void;
}

/** A slider a class, with what it costs and gains. */
export function ClassSliders({ curves, draft, changes, index, onIndex, onSet }: Props) {
  return (
    <Table className={classes.sliders} aria-label="Thresholds by class">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Class</Table.Th>
          <Table.Th>
            <span className={classes.head}>
              AP <Definition name="average_precision" />
            </span>
          </Table.Th>
          <Table.Th data-wide="">Threshold</Table.Th>
          <Table.Th>
            <span className={classes.head}>
              Precision <Definition name="precision" />
            </span>
          </Table.Th>
          <Table.Th>
            <span className={classes.head}>
              Recall <Definition name="recall" />
            </span>
          </Table.Th>
          <Table.Th>
            <span className={classes.head}>
              F1 <Definition name="f1" />
            </span>
          </Table.Th>
          <Table.Th>Best F1</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {curves.map((curve) => (
          <Row
            key={curve.index}
            curve={curve}
            value={draft[curve.id] ?? null}
            isChanged={curve.id in changes}
            isCurrent={curve.index === index}
            onLook={() => onIndex(curve.index)}
            onSet={(value) => {
              onIndex(curve.index);
              onSet(curve.id, value);
            }}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface RowProps {
  curve: ClassCurve;
  value: number | null;
  isChanged: boolean;
  isCurrent: boolean;
  onLook: () => void;
  onSet: (value: number | null) => void;
}

function Row({ curve, value, isChanged, isCurrent, onLook, onSet }: RowProps) {
  // Without a threshold the curves say nothing: what the class wins then is what the evaluation counts.
  const point = value === null ? null : pointAt(curve.points, value);
  const { best } = curve;
  return (
    <Table.Tr data-current={isCurrent || undefined} onFocus={onLook} onClick={onLook}>
      <Table.Td>
        <span className={classes.name}>
          <ClassSwatch color={curve.color ?? "#8a9391"} />
          <span>{curve.name}</span>
          {isChanged && <span className={classes.changed} title="Not saved yet" aria-label="not saved yet" />}
        </span>
      </Table.Td>
      <Table.Td>{percent(curve.average_precision)}</Table.Td>
      <Table.Td data-wide="">
        <span className={classes.slide}>
          <Slider
            size="sm"
            min={0}
            max={1}
            step={0.01}
            label={null}
            color={value === null ? "gray" : undefined}
            thumbLabel={`Threshold of ${curve.name}`}
            value={value ?? 0}
            onChange={onSet}
          />
          <span className={classes.number}>{value === null ? <small>none</small> : value.toFixed(2)}</span>
          <Tooltip label="No threshold">
            <ActionIcon size={22} variant="subtle" color="gray" aria-label={`No threshold of ${curve.name}`} style={value === null ? { visibility: "hidden" } : undefined} onClick={() => onSet(null)}>
              <IconClose size={12} />
            </ActionIcon>
          </Tooltip>
        </span>
      </Table.Td>
      <Table.Td>{percent(point?.precision)}</Table.Td>
      <Table.Td>{percent(point?.recall)}</Table.Td>
      <Table.Td>
        <b>{percent(point?.f1)}</b>
      </Table.Td>
      <Table.Td>
        {best === null ? (
          "–"
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            disabled={value !== null && Math.abs(value - best.threshold) < 1e-9}
            aria-label={`Best F1 of ${curve.name}: ${percent(best.f1)} at ${best.threshold.toFixed(2)}`}
            onClick={() => onSet(best.threshold)}
          >
            {percent(best.f1)} at {best.threshold.toFixed(2)}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
