import { expect, test } from "vitest";
import { createPresence } from "../sync/presence";
import { writeDraft } from "../sync/drafts";
import type { Draft } from "../types";
import { onFrame, presenceAt } from "./drafts";

test("what others are drawing is seen on their frame, through the wire", () => {
  const presence = createPresence();
  const raster = { x: 0, y: 0, width: 2, height: 1, data: Uint8Array.of(0, 1) };
  const drafts: Draft[] = [
    { kind: "box", box: [1, 2, 3, 4] },
    { kind: "raster", raster, erases: false, of: null },
  ];
  drafts.forEach((draft, index) => {
    const wire: unknown = JSON.parse(JSON.stringify(writeDraft(onFrame(draft, 7))));
    presence.hear({ type: "draft", session: `s${index}`, draft: wire });
  });
  presence.hear({ type: "draft", session: "older", draft: { kind: "box", box: [0, 0, 1, 1] } });
  expect([...presenceAt(presence, 7).drafts().keys()]).toEqual(["s0", "s1", "older"]);
  expect([...presenceAt(presence, 8).drafts().keys()]).toEqual(["older"]);
  expect(onFrame(null, 7)).toBeNull();
});
