import type { ClassLook, Pattern } from "../../model/view/looks";

const STRIPES: Record<Pattern, string> = {
  plain: "none",
  rising: "repeating-linear-gradient(135deg, #0009 0 2px, transparent 2px 5px)",
  dots: "radial-gradient(circle at 50% 50%, #0009 1.5px, transparent 2px) 0 0 / 5px 5px",
  falling: "repeating-linear-gradient(45deg, #0009 0 2px, transparent 2px 5px)",
  level: "repeating-linear-gradient(0deg, #0009 0 2px, transparent 2px 5px)",
  cross: "repeating-linear-gradient(45deg, #0009 0 1.5px, transparent 1.500px 5px), repeating-linear-gradient(135deg, #0009 0 1.500px, transparent 1.500px 5px)",
  upright: "repeating-linear-gradient(90deg, #0009 0 2px, transparent 2px 5px)",
  grid: "repeating-linear-gradient(0deg, #0009 0 1.5px, transparent 1.5px 5px), repeating-linear-gradient(90deg, #0009 0 1.5px, transparent 1.5px 5px)",
};

/** Colour and pattern of a class as they are on the canvas. */
export function LookSwatch({ look, size = 14 }: { look: ClassLook; size?: number }) {
  const stripes = STRIPES[look.pattern];
  return (
    <span
      aria-hidden="true"
      style={{
        flex: "none",
        width: size,
        height: size,
        borderRadius: 3,
        background: stripes === "none" ? look.color : `${stripes}, ${look.color}`,
        boxShadow: "inset 0 0 0 1px rgba(128,128,128,.5)",
      }}
    />
  );
}
