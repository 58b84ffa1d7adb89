import { Table } from "@mantine/core";
import type { Evaluation } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { percent } from "@/components/format";
import { predictedPixels, short } from "../model/confusion";
import classes from "./Artifact.module.css";

const BACKGROUND = "#8a9391";

export function ClassScores({ evaluation }: { evaluation: Evaluation }) {
  const { labels, counts } = evaluation.confusion_matrix;
  const predicted = predictedPixels(labels, counts);
  const hasObjects = evaluation.map !== undefined;
  return (
    <Table miw={520} style={{ whiteSpace: "nowrap" }} aria-label="Scores by class">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Class</Table.Th>
          {hasObjects && <Table.Th ta="right">AP</Table.Th>}
          <Table.Th w="26%">IoU</Table.Th>
          <Table.Th ta="right">Precision</Table.Th>
          <Table.Th ta="right">Recall</Table.Th>
          <Table.Th ta="right">F1</Table.Th>
          <Table.Th ta="right" title="Pixels of the class in the ground truth">
            Pixels
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {evaluation.classes.map(({ index, name, color, ap, iou, precision, recall, f1, support }) => {
          const fill = color ?? BACKGROUND;
          return (
            <Table.Tr key={index}>
              <Table.Td>
                <span style={{ display: "inline-flex", gap: 7, alignItems: "center", whiteSpace: "normal" }}>
                  <ClassSwatch color={fill} />
                  {name}
                </span>
              </Table.Td>
              {hasObjects && <Table.Td ta="right">{ap === undefined ? "–" : percent(ap)}</Table.Td>}
              <Table.Td>
                <div style={{ display: "flex", gap: 8, alignItems: "center" }}>
                  <div className={classes.bar} style={{ flex: 1 }}>
                    <span style={{ width: `${(iou ?? 0) * 100}%`, background: fill }} />
                  </div>
                  <b style={{ minWidth: 52, textAlign: "right", fontWeight: 600, whiteSpace: "nowrap" }}>{percent(iou)}</b>
                </div>
              </Table.Td>
              <Table.Td ta="right" title={predicted.get(name) === 0 ? "Never predicted" : undefined}>
                {predicted.get(name) === 0 ? "–" : percent(precision)}
              </Table.Td>
              <Table.Td ta="right">{support === 0 ? "–" : percent(recall)}</Table.Td>
              <Table.Td ta="right">{percent(f1)}</Table.Td>
              <Table.Td ta="right" c="dimmed">
                {short(support)}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
