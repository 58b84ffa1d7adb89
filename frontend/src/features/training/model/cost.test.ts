import { describe, expect, it } from "vitest";
import { flopsAt, flopsText, imagesSeen, ratioText, work } from "./cost";
import { architecture } from "./fixture";
import { defaultSpec } from "./form";

describe("operations at a size", () => {
  it("are the listed ones at a listed size", () => {
    expect(flopsAt(architecture, "b0", [256, 256])).toBe(4e9);
  });

  it("lie between the listed ones, by area", () => {
    expect(flopsAt(architecture, "b0", [128, 256])).toBeCloseTo(2e9);
    expect(flopsAt(architecture, "b0", [512, 256])).toBeCloseTo(8e9);
    expect(flopsAt(architecture, "b0", [64, 128])).toBeCloseTo(0.5e9);
  });

  it("are unknown for an unknown variant or an empty field", () => {
    expect(flopsAt(architecture, "b7", [256, 256])).toBeNull();
    expect(flopsAt(architecture, "b0", [null, 256])).toBeNull();
  });

  it("are said short", () => {
    expect(flopsText(1_345_978_368)).toBe("1.3 GFLOPs");
    expect(flopsText(811_149_033_472)).toBe("811 GFLOPs");
    expect(flopsText(2.25e12)).toBe("2.3 TFLOPs");
  });
});

describe("the work of a run", () => {
  const draft = defaultSpec(architecture);

  it("counts images in steps, or in epochs once there are images", () => {
    expect(imagesSeen(draft, null)).toBe(400);
    const epochs = { ...draft, hyperparameters: { ...draft.hyperparameters, epochs: 3 } };
    expect(imagesSeen(epochs, null)).toBeNull();
    expect(imagesSeen(epochs, 10)).toBe(30);
  });

  it("is compared in words", () => {
    expect(work(architecture, draft, null)).toBe(400 * 12e9);
    expect(ratioText(3, 1)).toBe("About 3 × the work of");
    expect(ratioText(11_871, 1)).toBe("About 12,000 × the work of");
    expect(ratioText(1, 1)).toBe("The same work as");
    expect(ratioText(1, 4)).toBe("About 1/4 of the work of");
  });
});
