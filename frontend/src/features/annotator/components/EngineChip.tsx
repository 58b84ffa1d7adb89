import { Popover, SegmentedControl, Text } from "@mantine/core";
import { type AssistEngine, useEngines } from "../api/assist";
import classes from "./Annotator.module.css";

interface Props {
  assetId: string;
  outline: boolean;
  onOutline: (outline: boolean) => void;
  negative: boolean;
  onNegative: (negative: boolean) => void;
}

const RANK = { basic: 0, better: 1, best: 2 } as const;

/** Which engine answers the smart tool, how good it is, and how to get a better one. */
export function EngineChip({ assetId, outline, onOutline, negative, onNegative }: Props) {
  const engines = useEngines(assetId, true);
  const chosen = engines.data?.results.find(({ name }) => name === engines.data.chosen);
  const better = engines.data?.results.filter((one) => !one.available && chosen && RANK[one.quality] > RANK[chosen.quality]) ?? [];
  return (
    <span className={classes.option}>
      <SegmentedControl
        size="xs"
        aria-label="What a click says"
        data={[
          { value: "add", label: "+ Part" },
          { value: "remove", label: "− Not part" },
        ]}
        value={negative ? "remove" : "add"}
        onChange={(value) => onNegative(value === "remove")}
      />
      <SegmentedControl
        size="xs"
        aria-label="What the answer becomes"
        data={[
          { value: "mask", label: "Mask" },
          { value: "outline", label: "Polygon" },
        ]}
        value={outline ? "outline" : "mask"}
        onChange={(value) => onOutline(value === "outline")}
      />
      {engines.error != null && !engines.data && <Text size="xs" c="dimmed">Engine unknown</Text>}
      {chosen && (
        <Popover width={360} position="bottom-start" shadow="md" withinPortal>
          <Popover.Target>
            <button type="button" className={classes.pickClass}>
              <span aria-hidden="true">◎</span>
              <span>{chosen.title}</span>
              <small>{chosen.quality}</small>
            </button>
          </Popover.Target>
          <Popover.Dropdown>
            <Text size="sm" fw={600}>
              {chosen.title} answers
            </Text>
            <Text size="xs" c="dimmed">
              {chosen.reason}
            </Text>
            {better.map((engine) => (
              <Better key={engine.name} engine={engine} />
            ))}
          </Popover.Dropdown>
        </Popover>
      )}
    </span>
  );
}

function Better({ engine: { title, quality, how } }: { engine: AssistEngine }) {
  return (
    <>
      <Text size="xs" fw={600} mt={10}>
        {title} is {quality}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {how}
      </Text>
    </>
  );
}
