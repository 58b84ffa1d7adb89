import { Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import { count } from "@/components/format";

const FIRST = 50;

export function SkippedTable({ skipped }: { skipped: readonly { item: string; reason: string }[] }) {
  const [whole, setWhole] = useState(false);
  const rows = whole ? skipped : skipped.slice(0, FIRST);
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {count(skipped.length, "skipped item")}
      </Text>
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
