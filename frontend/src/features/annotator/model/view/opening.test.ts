import { expect, test } from "vitest";
import { readPlace } from "./opening";

test("an address says a place by its corner and size", () => {
  expect(readPlace("10,20,30,40")).toEqual({ left: 10, top: 20, right: 40, bottom: 60 });
  expect(readPlace("1.5,2,0,0")).toEqual({ left: 1.5, top: 2, right: 1.5, bottom: 2 });
});

test("what is no place is none", () => {
  for (const text of [null, "", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,-3,4", "1,2,Infinity,4"]) expect(readPlace(text)).toBeNull();
});
