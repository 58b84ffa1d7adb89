import { ActionIcon, Button, Group, Popover, Slider, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconAdjust } from "./icons";
import { VIEW_DEFAULTS, type ViewSettings } from "./viewSettings";

interface Props {
  settings: ViewSettings;
  onChange: (part: Partial<ViewSettings>) => void;
}

const SWITCHES = [
  { name: "outlineOnly", label: "Outlines only" },
  { name: "patterns", label: "Patterns by class" },
  { name: "safeColors", label: "Colour-blind safe colours" },
  { name: "crosshair", label: "Crosshair" },
  { name: "grid", label: "Pixel grid when close" },
] as const;

/** How the picture and the shapes over it are shown; changes nothing that is saved. */
export function AdjustMenu({ settings, onChange }: Props) {
  const isChanged = settings.brightness !== 1 || settings.contrast !== 1;
  return (
    <Popover position="bottom-end" shadow="md" withinPortal trapFocus>
      <Popover.Target>
        <Tooltip label="Image and shapes on the screen">
          <ActionIcon variant={isChanged ? "light" : "subtle"} color={isChanged ? undefined : "gray"} aria-label="Image and shapes on the screen">
            <IconAdjust size={18} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown w={270} aria-label="Image and shapes on the screen">
        <Stack gap={10}>
          <Percent label="Brightness" min={0.3} max={2.5} value={settings.brightness} onChange={(brightness) => onChange({ brightness })} />
          <Percent label="Contrast" min={0.3} max={3} value={settings.contrast} onChange={(contrast) => onChange({ contrast })} />
          <Percent label="Shape opacity" min={0} max={1} value={settings.opacity} onChange={(opacity) => onChange({ opacity })} />
          {SWITCHES.map(({ name, label }) => (
            <Switch
              key={name}
              size="sm"
              label={label}
              checked={settings[name]}
              onChange={(event) => onChange({ [name]: event.currentTarget.checked })}
            />
          ))}
          <Button variant="default" size="compact-sm" onClick={() => onChange(VIEW_DEFAULTS)}>
            Reset
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface PercentProps {
  label: string;
  min: number;
  max: number;
  value: number;
  onChange: (value: number) => void;
}

function Percent({ label, min, max, value, onChange }: PercentProps) {
  return (
    <div>
      <Group justify="space-between">
        <Text size="xs">{label}</Text>
        <Text size="xs" c="dimmed">
          {Math.round(value * 100)} %
        </Text>
      </Group>
      <Slider size="sm" min={min} max={max} step={0.05} label={null} thumbLabel={label} value={value} onChange={onChange} />
    </div>
  );
}
