import { Badge, HoverCard, Stack, Text } from "@mantine/core";
import { percent } from "@/components/format";
import { IconAlert, IconCheck, IconClose } from "@/components/icons";
import { type GateState, together } from "../model/registry";
import classes from "./Registry.module.css";

const LOOKS = {
  passed: { color: "teal", icon: <IconCheck size={12} />, word: "passed" },
  failed: { color: "red", icon: <IconClose size={12} />, word: "failed" },
  unknown: { color: "gray", icon: <IconAlert size={12} />, word: "not evaluated" },
};

const stateOf = (passed: boolean | null) => (passed === null ? "unknown" : passed ? "passed" : "failed");

/** All gates of an artifact as one mark; each by itself on hover and focus. */
export function GateBadge({ gates }: { gates: readonly GateState[] }) {
  const all = together(gates);
  if (all === "none") return <span className={classes.none}>–</span>;
  const { color, icon } = LOOKS[all];
  const passed = gates.filter((gate) => gate.passed === true).length;
  return (
    <HoverCard width={300} position="bottom-end" openDelay={150} withinPortal>
      <HoverCard.Target>
        <Badge component="button" type="button" className={classes.gate} variant="light" color={color} leftSection={icon} tt="none" aria-label={`Gates: ${passed} of ${gates.length} passed`}>
          {passed} of {gates.length}
        </Badge>
      </HoverCard.Target>
      <HoverCard.Dropdown p="sm">
        <Stack gap={6}>
          {gates.map((gate) => (
            <GateLine key={gate.id} gate={gate} />
          ))}
        </Stack>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

function GateLine({ gate: { name, passed, value, minimum } }: { gate: GateState }) {
  const { color, icon, word } = LOOKS[stateOf(passed)];
  return (
    <div className={classes.line}>
      <Text span c={color} lh={1} aria-label={word}>
        {icon}
      </Text>
      <Text size="sm" truncate title={name}>
        {name}
      </Text>
      <Text size="xs" c="dimmed" ml="auto" style={{ whiteSpace: "nowrap" }}>
        {value === null ? "not evaluated" : `${percent(value)} of ${percent(minimum)}`}
      </Text>
    </div>
  );
}
