import { describe, expect, it } from "vitest";
import { fits, listed, parameterSpan, reasonAgainst } from "./architectures";
import { architecture, other } from "./fixture";
import { grouped } from "./groups";
import { moved, placeAt } from "./order";
import { rateCurve } from "./schedule";

describe("a list that is reordered", () => {
  it("takes an item to a place", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, -5)).toEqual(["c", "a", "b"]);
    expect(moved(["a"], 4, 0)).toEqual(["a"]);
  });

  it("finds the place of what is dragged among the others", () => {
    expect(placeAt(5, [10, 20])).toBe(0);
    expect(placeAt(15, [10, 20])).toBe(1);
    expect(placeAt(99, [10, 20])).toBe(2);
  });
});

describe("augmentations to choose from", () => {
  it("stand in groups and are found by any of their words", () => {
    expect(grouped(architecture.augmentations, "").map(([group]) => group)).toEqual(["Image quality", "Geometry"]);
    expect(grouped(architecture.augmentations, "focus")[0]?.[1].map(({ title }) => title)).toEqual(["Blur"]);
    expect(grouped(architecture.augmentations, "nothing")).toEqual([]);
  });

  it("stand where the catalogue puts them", () => {
    expect(grouped([{ name: "x", title: "", help: "", group: "Own", parameters: [] }], "")[0]?.[0]).toBe("Own");
  });
});

describe("architectures to choose from", () => {
  it("come sorted, those that do not fit the project last and with a reason", () => {
    expect(listed([other, architecture], "all", "parameters", "semantic").map(({ name }) => name)).toEqual(["segformer", "yolo"]);
    expect(listed([other, architecture], "instance", "suggested", "semantic").map(({ name }) => name)).toEqual(["yolo"]);
    expect(fits(other, "semantic")).toBe(false);
    expect(reasonAgainst(other, "semantic")).toBe("Does instance segmentation; this project is semantic.");
    expect(parameterSpan(architecture)).toEqual([4_000_000, 99_000_000]);
  });
});

describe("the rate over the run", () => {
  it("rises in the warm-up and falls with the schedule", () => {
    const curve = rateCurve({ steps: 100, schedule: "poly", warmup_steps: 50, poly_power: 1 }, 5);
    expect(curve).toEqual([0, 0.5, 1, 0.5, 0]);
    expect(rateCurve({ steps: 100, schedule: "cosine", warmup_steps: 0 }, 3)?.[1]).toBeCloseTo(0.5);
    expect(rateCurve({ steps: 100, schedule: "constant" }, 3)).toEqual([1, 1, 1]);
    expect(rateCurve({ steps: 100, schedule: "one_cycle", one_cycle_rise: 0.5 }, 3)?.[1]).toBeCloseTo(1);
  });

  it("is unknown without steps or schedule", () => {
    expect(rateCurve({ schedule: "poly" })).toBeNull();
    expect(rateCurve({ steps: 10 })).toBeNull();
  });
});
