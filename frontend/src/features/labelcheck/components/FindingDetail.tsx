import { Button, Group, Kbd, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { ClassSwatch } from "@/components/ClassSwatch";
import { integer, percent } from "@/components/format";
import { IconCheck, IconClose, IconEdit, IconReset } from "@/components/icons";
import type { Finding, Verdict } from "../api/labelcheck";
import { fix, hasOutline, KIND_TITLES, sentence } from "../model/findings";
import { Crop } from "./Crop";
import classes from "./LabelCheck.module.css";

interface Props {
  finding: Finding;
  outlines: boolean;
  decides: boolean;
  annotate: string;
  onDecide: (verdict: Verdict) => void;
}

/** The finding that is looked at, large, with everything that can be done about it. */
export function FindingDetail({ finding, outlines, decides, annotate, onDecide }: Props) {
  const { kind, state, score, area, asset, given, suggested } = finding;
  const waits = state === "accepted" && finding.proposal !== null;
  return (
    <aside className={classes.detail} aria-label="Finding">
      <Crop finding={finding} outlines={outlines} aspect={1.15} />
      <Stack gap="sm" p="sm">
        <div>
          <Text fw={600}>{sentence(finding)}</Text>
          <Text size="xs" c="dimmed" truncate title={asset.name}>
            {KIND_TITLES[kind]} · score {percent(score, 0)} · {integer(Math.round(area))} px · {asset.name}
          </Text>
        </div>
        <Group gap="md" className={classes.legend}>
          {given && hasOutline(finding) && <Line color={given.color} dashed text={`as labelled: ${given.name}`} />}
          {given && !hasOutline(finding) && (
            <span className={classes.key}>
              <ClassSwatch color={given.color} /> tinted as labelled: {given.name}
            </span>
          )}
          {finding.suggested_polygons.length > 0 && suggested && <Line color={suggested.color} text={`as the models see it: ${suggested.name}`} />}
        </Group>
        {state === "gone" && (
          <Text size="sm">The image was changed since it was checked: what was found there no longer fits. Check again to see whether it is right now.</Text>
        )}
        {state === "accepted" && (
          <Text size="sm">
            {finding.proposal === null
              ? "The fix is in the image."
              : "The fix waits in the annotator as a proposal: it changes nothing until somebody takes it there."}
          </Text>
        )}
        {state === "dismissed" && <Text size="sm">Dismissed: the label stays as it is.</Text>}
        {decides && state === "open" && (
          <Button fullWidth leftSection={<IconCheck />} rightSection={<Kbd size="xs">a</Kbd>} onClick={() => onDecide("accept")}>
            {fix(finding)}
          </Button>
        )}
        <Group gap="xs" grow>
          {decides && state === "open" && (
            <Button variant="default" leftSection={<IconClose />} rightSection={<Kbd size="xs">x</Kbd>} onClick={() => onDecide("dismiss")}>
              Label is right
            </Button>
          )}
          {decides && (state === "accepted" || state === "dismissed") && (
            <Button variant="default" leftSection={<IconReset size={15} />} rightSection={<Kbd size="xs">u</Kbd>} onClick={() => onDecide("reopen")}>
              Reopen
            </Button>
          )}
          <Button component={Link} to={annotate} variant={waits ? "filled" : "default"} leftSection={<IconEdit size={15} />} rightSection={<Kbd size="xs">e</Kbd>}>
            {waits ? "Review it" : "Annotate"}
          </Button>
        </Group>
      </Stack>
    </aside>
  );
}

function Line({ color, dashed = false, text }: { color: string; dashed?: boolean; text: string }) {
  return (
    <span className={classes.key}>
      <svg width={24} height={8} aria-hidden="true">
        <path d="M0 4H24" stroke={color} strokeWidth={3} {...(dashed ? { strokeDasharray: "6 4" } : {})} />
      </svg>
      {text}
    </span>
  );
}
