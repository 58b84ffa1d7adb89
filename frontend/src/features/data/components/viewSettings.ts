import { useLocalStorage } from "@mantine/hooks";
import type { View } from "../model/viewSettings";

/** How images are laid out, remembered in this browser. */
export function useView(): [View, (view: View) => void] {
  const [view, setView] = useLocalStorage<View>({ key: "tessera-data-view", defaultValue: "m", getInitialValueInEffect: false });
  return [["list", "s", "m", "l"].includes(view) ? view : "m", setView];
}
