import { SegmentedControl, Slider } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type CSSProperties, type ReactNode, useMemo, useRef } from "react";
import type { Size } from "@/components/canvas/model/viewport";
import { useOverlaySettings } from "@/components/overlaySettings";
import { useShortcut } from "@/components/shortcuts";
import type { Source } from "../api/urls";
import type { Address, OnAddress } from "../model/address";
import type { Label } from "../model/indices";
import { type LayerId, LAYERS, MOST_PANES, offered, toggled } from "../model/layers";
import { gridFor } from "../model/layout";
import { createHover } from "./hover";
import { Pane } from "./Pane";
import { Readout } from "./Readout";
import { SliderPane } from "./SliderPane";
import classes from "./Stage.module.css";
import { useHeld } from "./useHeld";
import { useStageView } from "./useStageView";
import own from "./Viewer.module.css";
import { ZoomButtons } from "./ZoomButtons";

interface Props {
  source: Source;
  labels: readonly Label[];
  name: string;
  image: Size;
  address: Address;
  onAddress: OnAddress;
  /** What layers are called here, beyond their own names: the second model's by its name. */
  titles: Partial<Record<LayerId, string>>;
  children: ReactNode;
}

const LAYER_GROUP = "Layers";
const SMALLEST_OPACITY = 0;

/** One image in panes or by slider, with what may be shown above it and what is under the pointer below. */
export function Stage({ source, labels, name, image, address, onAddress, titles, children }: Props) {
  const { panes, mode, left, right, hidden } = address;
  const settings = useOverlaySettings();
  const box = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(box, sizeRef);
  const hover = useMemo(() => createHover(), []);
  const held = useHeld(" ");
  const grid = gridFor(mode === "slider" ? 1 : panes.length, image, { width, height });
  const view = useStageView({
    stage: box,
    image,
    pane: grid.pane,
    held,
    onHover: (place) => {
      hover.set(place);
      // The other panes show the same place, without React: a pointer moves often.
      const element = box.current;
      if (!element) return;
      element.toggleAttribute("data-hover", place !== null);
      if (place === null) return;
      element.style.setProperty("--hover-x", String(place.x * image.width));
      element.style.setProperty("--hover-y", String(place.y * image.height));
    },
  });
  const titleOf = (layer: LayerId) => titles[layer] ?? LAYERS.find(({ id }) => id === layer)?.title ?? layer;
  const toggle = (layer: LayerId) =>
    onAddress((now) => {
      if (now.mode === "grid") return { panes: toggled(now.panes, layer) };
      // By slider the layer takes the right side; the one that was there goes to the left.
      return { left: now.right, right: layer === now.right ? now.left : layer };
    });
  const opacity = (next: number) => settings.setOpacity(Math.min(1, Math.max(SMALLEST_OPACITY, next)));
  useShortcut("s", "Grid or slider", () => onAddress({ mode: mode === "slider" ? "grid" : "slider" }), LAYER_GROUP);
  useShortcut(",", "Fainter overlays", () => opacity(settings.opacity - 0.1), LAYER_GROUP);
  useShortcut(".", "Stronger overlays", () => opacity(settings.opacity + 0.1), LAYER_GROUP);
  useShortcut("+ | =", "Zoom in", () => view.zoom(1.3), "View");
  useShortcut("-", "Zoom out", () => view.zoom(1 / 1.3), "View");
  useShortcut("0", "Whole image", view.fit, "View");
  useShortcut("Space", "Hold to pan with the pointer", () => undefined, "View");
  const { viewport } = view;
  const style = {
    gridTemplateColumns: `repeat(${grid.columns}, minmax(0, 1fr))`,
    gridAutoRows: "minmax(0, 1fr)",
    "--x": `${viewport?.x ?? 0}px`,
    "--y": `${viewport?.y ?? 0}px`,
    "--scale": viewport?.scale ?? 1,
  } as CSSProperties;
  const shown = { source, labels, hidden, opacity: settings.opacity, image, name, scale: viewport?.scale ?? 1 };
  return (
    <>
      <div className={classes.bar} role="toolbar" aria-label="Layers">
        <div className={classes.layers}>
          {offered(address).map(({ id, title, key }) => (
            <LayerButton
              key={id}
              hotkey={key}
              title={title}
              pressed={mode === "slider" ? id === left || id === right : panes.includes(id)}
              disabled={mode === "grid" && panes.length >= MOST_PANES && !panes.includes(id)}
              onToggle={() => toggle(id)}
            />
          ))}
        </div>
        <SegmentedControl
          size="xs"
          aria-label="How layers are shown"
          value={mode}
          onChange={(value) => onAddress({ mode: value === "slider" ? "slider" : "grid" })}
          data={[
            { value: "grid", label: "Grid" },
            { value: "slider", label: "Slider" },
          ]}
        />
        <span className={classes.push} />
        <span className={classes.opacity}>
          Opacity
          <Slider w={90} size="sm" min={SMALLEST_OPACITY} max={1} step={0.05} label={(value) => `${Math.round(value * 100)} %`} thumbLabel="Opacity of the overlays" value={settings.opacity} onChange={settings.setOpacity} />
        </span>
      </div>
      <div ref={ref} className={classes.stage} style={style} data-stage role="group" aria-label={`Layers of ${name}`} tabIndex={-1} data-held={held || undefined} data-dragging={view.dragging || undefined} {...view.handlers}>
        {viewport !== null &&
          (mode === "slider" ? (
            <SliderPane left={left} right={right} choices={offered(address).map(({ id }) => id)} titleOf={titleOf} onSide={onAddress} {...shown} />
          ) : (
            panes.map((layer) => <Pane key={layer} layer={layer} title={titleOf(layer)} {...shown} />)
          ))}
      </div>
      <div className={own.foot}>
        {children}
        <div className={own.status}>
          <div className={own.reading}>
            <Readout hover={hover} source={source} labels={labels} image={image} />
          </div>
          <ZoomButtons scale={viewport?.scale ?? null} onZoom={view.zoom} onFit={view.fit} />
        </div>
      </div>
    </>
  );
}

interface LayerButtonProps {
  hotkey: string;
  title: string;
  pressed: boolean;
  disabled: boolean;
  onToggle: () => void;
}

function LayerButton({ hotkey, title, pressed, disabled, onToggle }: LayerButtonProps) {
  useShortcut(hotkey, title, onToggle, LAYER_GROUP);
  const why = disabled ? `No more than ${MOST_PANES} panes: hide one first` : undefined;
  return (
    <button type="button" className={classes.layer} aria-pressed={pressed} disabled={disabled} title={why} onClick={onToggle}>
      <kbd aria-hidden="true">{hotkey}</kbd>
      {title}
    </button>
  );
}
