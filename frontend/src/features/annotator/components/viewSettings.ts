import { useLocalStorage } from "@mantine/hooks";

/** How a person likes to see pictures and shapes; kept in this browser. */
export interface ViewSettings {
  brightness: number;
  contrast: number;
  opacity: number;
  outlineOnly: boolean;
  patterns: boolean;
  safeColors: boolean;
  crosshair: boolean;
  grid: boolean;
}

export const VIEW_DEFAULTS: ViewSettings = {
  brightness: 1,
  contrast: 1,
  opacity: 0.45,
  outlineOnly: false,
  patterns: false,
  safeColors: false,
  crosshair: false,
  grid: true,
};

export function useViewSettings() {
  const [stored, set] = useLocalStorage<ViewSettings>({
    key: "tessera-annotator-view",
    defaultValue: VIEW_DEFAULTS,
    getInitialValueInEffect: false,
  });
  const settings = { ...VIEW_DEFAULTS, ...stored };
  return { settings, change: (part: Partial<ViewSettings>) => set((before) => ({ ...VIEW_DEFAULTS, ...before, ...part })) };
}

export function filterOf({ brightness, contrast }: ViewSettings): string {
  return brightness === 1 && contrast === 1 ? "none" : `brightness(${brightness}) contrast(${contrast})`;
}
