import { Spoiler, Text } from "@mantine/core";
import type { LoadingReport } from "@/api/types";
import { count, integer } from "@/components/format";
import { Panel } from "@/components/Panel";
import classes from "./Page.module.css";

const PARTS = [
  { key: "remade", title: "made anew", help: "Their shape did not fit, as where the number of classes differs: they start from scratch." },
  { key: "missing", title: "missing in the source", help: "The source has nothing for them: they start from scratch." },
  { key: "unused", title: "left unused", help: "The source has them, this model does not need them." },
] as const;

/** What the run's starting weights gave: how many fitted, and by name those that did not. */
export function LoadingPanel({ report }: { report: LoadingReport }) {
  const { source, matched } = report;
  const wanted = matched + report.missing.length + report.remade.length;
  return (
    <Panel title="Weights it started from">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <b>{integer(matched)}</b> of {count(wanted, "tensor")} came from <code>{source}</code>.
      </Text>
      {PARTS.map(({ key, title, help }) => {
        const names = report[key];
        return names.length === 0 ? null : (
          <details key={key} className={classes.tensors}>
            <summary>
              {integer(names.length)} {title}
            </summary>
            <Text size="xs" c="dimmed" mb={4}>
              {help}
            </Text>
            <Spoiler maxHeight={160} showLabel="Show all" hideLabel="Show fewer" fz="xs">
              <ul>
                {names.map((name) => (
                  <li key={name}>
                    <code>{name}</code>
                  </li>
                ))}
              </ul>
            </Spoiler>
          </details>
        );
      })}
    </Panel>
  );
}
