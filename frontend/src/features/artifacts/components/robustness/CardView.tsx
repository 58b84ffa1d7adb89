import { Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import { Ago } from "@/components/Ago";
import { count, milliseconds, percent } from "@/components/format";
import { IconRefresh } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { Stats } from "@/components/Stat";
import type { RobustnessCard } from "../../api/robustness";
import { byHarm, fallOf, kept } from "../../model/robustness";
import { points } from "../../model/slices";
import { Definition } from "../evaluation/Definition";
import { CorruptionTable } from "./CorruptionTable";
import classes from "./Robustness.module.css";
import { SeverityChart } from "./SeverityChart";
import { SizeChart } from "./SizeChart";

const METRICS = { miou: "Mean IoU", map: "Mask AP" };

export function CardView({ card: { card, created_at }, onAgain }: { card: RobustnessCard; onAgain: () => void }) {
  const [active, setActive] = useState<string | null>(null);
  const { clean, tiling, sizes } = card;
  const metric = METRICS[card.metric];
  const corruptions = byHarm(card.corruptions);
  const [worst] = corruptions;
  const harm = worst ? fallOf(worst, clean) : null;
  return (
    <>
      <Stats
        items={[
          { label: metric, value: percent(clean), hint: `of ${count(card.images, "image")} as they are` },
          { label: "Kept under corruption", value: percent(kept(corruptions, clean), 0), hint: "of that, on average" },
          { label: "Harms most", value: worst?.title ?? "–", hint: harm?.difference == null ? "" : `${points(harm.difference)} points on average` },
          { label: "In tiles", value: percent(tiling?.tiles), hint: tiling?.tiles == null || tiling.whole === null ? (card.metric === "map" ? "tiles would cut objects" : "no image is larger than the input") : `${points(tiling.tiles - tiling.whole)} points to whole images` },
        ]}
      />
      <div className={classes.pair}>
        <Panel
          title={
            <span className={classes.head}>
              {metric} over severity <Definition name={card.metric} />
            </span>
          }
        >
          <SeverityChart corruptions={corruptions} clean={clean} metric={metric} active={active} onActive={setActive} />
        </Panel>
        <Panel title="By severity" flush>
          <CorruptionTable corruptions={corruptions} clean={clean} active={active} onActive={setActive} />
        </Panel>
        <Panel title="Speed beside quality">
          <SizeChart points={sizes} metric={metric} />
        </Panel>
        <Panel title="By size of the input" flush>
          <Table className={classes.table} aria-label="Sizes of the input">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Size</Table.Th>
                <Table.Th>{metric}</Table.Th>
                <Table.Th>Change</Table.Th>
                <Table.Th>Time an image</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sizes.map(({ size, value, milliseconds: time, own }) => (
                <Table.Tr key={size.join()}>
                  <Table.Td>
                    {size.join(" × ")}
                    {own && (
                      <Text span size="xs" c="dimmed">
                        {" "}
                        its own
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <b>{percent(value)}</b>
                  </Table.Td>
                  <Table.Td c="dimmed">{value === null || clean === null ? "–" : points(value - clean)}</Table.Td>
                  <Table.Td>{time === null ? <small>the model takes no such size</small> : milliseconds(time)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Panel>
      </div>
      <Text size="xs" c="dimmed" mt="sm">
        Made <Ago time={created_at} />. Corruptions and severities after Hendrycks and Dietterich 2019.{" "}
        <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconRefresh size={12} />} onClick={onAgain}>
          Make it anew
        </Button>
      </Text>
    </>
  );
}
