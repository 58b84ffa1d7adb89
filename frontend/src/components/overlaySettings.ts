import { useLocalStorage } from "@mantine/hooks";

export interface OverlaySettings {
  shown: boolean;
  opacity: number;
}

const DEFAULTS: OverlaySettings = { shown: true, opacity: 0.55 };

/** How masks are drawn over images, the same everywhere and remembered in this browser. */
export function useOverlaySettings() {
  const [settings, set] = useLocalStorage<OverlaySettings>({
    key: "tessera-overlay",
    defaultValue: DEFAULTS,
    getInitialValueInEffect: false,
  });
  return {
    ...settings,
    setShown: (shown: boolean) => set({ ...settings, shown }),
    setOpacity: (opacity: number) => set({ ...settings, opacity }),
    toggle: () => set({ ...settings, shown: !settings.shown }),
  };
}
