import { Table, Text } from "@mantine/core";
import type { Change } from "../model/diff";
import classes from "./Changes.module.css";

interface Props {
  label: string;
  changes: readonly Change[];
  before: string;
  after: string;
}

/** What differs between two specifications, before and after side by side. */
export function ChangesTable({ label, changes, before, after }: Props) {
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No difference.
      </Text>
    );
  }
  return (
    <Table aria-label={label} className={classes.table} verticalSpacing={5}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Field</Table.Th>
          <Table.Th>{before}</Table.Th>
          <Table.Th>{after}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map((change) => (
          <Table.Tr key={change.path}>
            <Table.Th scope="row">{change.label}</Table.Th>
            <Table.Td>
              <del data-empty={change.before === null || undefined}>{change.before ?? "not there"}</del>
            </Table.Td>
            <Table.Td>
              <ins data-empty={change.after === null || undefined}>{change.after ?? "taken out"}</ins>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
