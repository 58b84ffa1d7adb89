import { Button, Group, Table, Text } from "@mantine/core";
import { useState } from "react";
import { count } from "@/components/format";
import { saveText } from "@/components/saveText";
import { asCsv } from "@/features/data/model/uploads";

const FIRST = 50;

export function SkippedTable({ skipped }: { skipped: readonly { item: string; reason: string }[] }) {
  const [whole, setWhole] = useState(false);
  const rows = whole ? skipped : skipped.slice(0, FIRST);
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {count(skipped.length, "skipped item")}
        </Text>
        <Button size="compact-xs" variant="default" onClick={() => saveText("skipped.csv", asCsv(skipped), "text/csv")}>
          Download as CSV
        </Button>
      </Group>
      <div style={{ maxHeight: 300, overflow: "auto" }} tabIndex={0} role="region" aria-label="Skipped items">
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Item</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ item, reason }, index) => (
              <Table.Tr key={index}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{item}</Table.Td>
                <Table.Td>{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {!whole && skipped.length > FIRST && (
        <Button size="compact-xs" variant="subtle" mt={6} onClick={() => setWhole(true)}>
          Show all {skipped.length}
        </Button>
      )}
    </div>
  );
}
