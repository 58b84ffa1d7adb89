import { Table } from "@mantine/core";
import { percent } from "@/components/format";
import { type Corruption, fallOf, loss } from "../../model/robustness";
import { points } from "../../model/slices";
import classes from "./Robustness.module.css";
import { styleOf } from "./styles";

interface Props {
  corruptions: readonly Corruption[];
  clean: number | null;
  active: string | null;
  onActive: (name: string | null) => void;
}

/** The numbers of the lines; the deeper the tint, the more is lost. */
export function CorruptionTable({ corruptions, clean, active, onActive }: Props) {
  const most = Math.max(1, ...corruptions.map(({ values }) => values.length));
  return (
    <Table className={classes.table} aria-label="Corruptions by severity">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Corruption</Table.Th>
          {Array.from({ length: most }, (_, index) => (
            <Table.Th key={index} aria-label={`Severity ${index + 1}`}>
              {index + 1}
            </Table.Th>
          ))}
          <Table.Th>Mean</Table.Th>
          <Table.Th title="Mean less the value of the images as they are, in points">Change</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {corruptions.map((one, index) => {
          const { mean, difference } = fallOf(one, clean);
          const { color, dash } = styleOf(index);
          return (
            <Table.Tr key={one.name} data-active={active === one.name || undefined} onMouseEnter={() => onActive(one.name)} onMouseLeave={() => onActive(null)}>
              <Table.Td>
                <span className={classes.name}>
                  <svg width={22} height={8} aria-hidden="true">
                    <path d="M0 4H22" stroke={color} strokeWidth={2.5} strokeDasharray={dash} />
                  </svg>
                  {one.title}
                </span>
              </Table.Td>
              {Array.from({ length: most }, (_, severity) => {
                const value = one.values[severity] ?? null;
                return (
                  <Table.Td key={severity} style={{ background: `color-mix(in srgb, #d55e00 ${Math.round(loss(value, clean) * 55)}%, transparent)` }}>
                    {value === null ? "–" : (value * 100).toFixed(1)}
                  </Table.Td>
                );
              })}
              <Table.Td>
                <b>{percent(mean)}</b>
              </Table.Td>
              <Table.Td c="dimmed">{difference === null ? "–" : points(difference)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
