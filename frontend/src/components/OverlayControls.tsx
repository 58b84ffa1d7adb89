import { Group, Slider, Switch } from "@mantine/core";
import type { useOverlaySettings } from "./overlaySettings";

export function OverlayControls({ settings, label = "Labels" }: { settings: ReturnType<typeof useOverlaySettings>; label?: string }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Switch
        size="sm"
        label={label}
        checked={settings.shown}
        onChange={(event) => settings.setShown(event.currentTarget.checked)}
      />
      <Slider
        w={90}
        size="sm"
        min={0.1}
        max={1}
        step={0.05}
        label={(value) => `${Math.round(value * 100)} %`}
        thumbLabel="Label opacity"
        disabled={!settings.shown}
        value={settings.opacity}
        onChange={settings.setOpacity}
      />
    </Group>
  );
}
