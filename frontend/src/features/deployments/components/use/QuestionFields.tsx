import { Checkbox, Group, MultiSelect, SegmentedControl, Slider, Text } from "@mantine/core";
import type { Artifact } from "@/api/types";
import { costText, type Output, OUTPUTS, type Question } from "../../model/question";
import classes from "./Use.module.css";

const OUTPUT_NAMES: Record<Output, string> = { polygons: "polygons", mask: "RLE masks", png: "PNG mask", overlay: "overlay" };

interface Props {
  question: Question;
  onChange: (part: Partial<Question>) => void;
  labels: Artifact["classes"];
  /** Jobs write files of their own: what an answer has in it is not asked there. */
  outputs?: boolean;
}

/** What is asked beside the image: which predictions, how thoroughly, and in which form. */
export function QuestionFields({ question, onChange, labels, outputs = true }: Props) {
  const { threshold, classes: chosen, tiles, overlap, augment } = question;
  const cost = costText(question);
  return (
    <div className={classes.question}>
      <div>
        <Text size="xs" fw={600} mb={4}>
          Lowest score: {threshold.toFixed(2)}
        </Text>
        <Slider size="sm" min={0} max={0.95} step={0.05} label={null} thumbLabel="Lowest score" value={threshold} onChange={(value) => onChange({ threshold: value })} />
      </div>
      <MultiSelect
        size="xs"
        label="Classes"
        placeholder={chosen.length === 0 ? "all" : ""}
        clearable
        data={labels.flatMap(({ id, name }) => (id === null ? [] : [{ value: id, label: name }]))}
        value={[...chosen]}
        onChange={(value) => onChange({ classes: value })}
      />
      <div>
        <Text size="xs" fw={600} mb={4}>
          Tiles
        </Text>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="Tiles"
          value={tiles}
          onChange={(value) => onChange({ tiles: value as Question["tiles"] })}
          data={[
            { value: "off", label: "off" },
            { value: "auto", label: "large images" },
            { value: "on", label: "always" },
          ]}
        />
        {tiles !== "off" && (
          <Group gap="sm" mt={8} wrap="nowrap">
            <Text size="xs" style={{ whiteSpace: "nowrap" }}>
              Overlap {Math.round(overlap * 100)} %
            </Text>
            <Slider style={{ flex: 1 }} size="sm" min={0} max={0.5} step={0.05} label={null} thumbLabel="Overlap of tiles" value={overlap} onChange={(value) => onChange({ overlap: value })} />
          </Group>
        )}
      </div>
      <div>
        <Text size="xs" fw={600} mb={4}>
          Test-time augmentation
        </Text>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="Test-time augmentation"
          value={augment}
          onChange={(value) => onChange({ augment: value as Question["augment"] })}
          data={[
            { value: "off", label: "off" },
            { value: "flip", label: "flip" },
            { value: "scales", label: "scales" },
          ]}
        />
      </div>
      {cost !== "" && (
        <Text size="xs" c="dimmed">
          Surer and slower: {cost}.
        </Text>
      )}
      {outputs && (
        <Checkbox.Group label="In the answer" size="xs" value={[...question.outputs]} onChange={(value) => onChange({ outputs: OUTPUTS.filter((one) => value.includes(one)) })}>
          <Group gap="4px 14px" mt={4}>
            {OUTPUTS.map((one) => (
              <Checkbox key={one} size="xs" value={one} label={OUTPUT_NAMES[one]} />
            ))}
          </Group>
        </Checkbox.Group>
      )}
    </div>
  );
}
