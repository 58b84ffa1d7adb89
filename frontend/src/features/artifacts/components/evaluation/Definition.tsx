import { Anchor, Code, Popover, Text, UnstyledButton } from "@mantine/core";
import { useMetricDefinitions } from "../../api/evaluation";
import classes from "./Evaluation.module.css";

/** Parts of what another definition explains. */
const PART_OF: Record<string, string> = { ap: "map", sq: "pq", rq: "pq" };

/** A "?" that says what a metric is and where that is defined; nothing where the server does not say. */
export function Definition({ name }: { name: string }) {
  const definitions = useMetricDefinitions();
  const found = definitions.data?.find((one) => one.name === (PART_OF[name] ?? name));
  if (!found) return null;
  return (
    <Popover width={330} position="bottom" shadow="md" withArrow trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.ask} aria-label={`What is ${found.title}?`} onClick={(event) => event.stopPropagation()}>
          ?
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={found.title} className={classes.definition}>
        <Text fw={600} size="sm">
          {found.title}
        </Text>
        <Text size="sm" mt={4}>
          {found.definition}
        </Text>
        {found.formula !== "" && (
          <Code block mt={8} className={classes.formula}>
            {found.formula}
          </Code>
        )}
        {found.source !== "" && (
          <Text size="xs" c="dimmed" mt={8}>
            Source:{" "}
            {found.url === "" ? (
              found.source
            ) : (
              <Anchor href={found.url} target="_blank" rel="noreferrer" size="xs">
                {found.source}
              </Anchor>
            )}
          </Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
