import { expect, it } from "vitest";
import { endpointUrl, readable, shortened } from "./endpoint";

it("gives programs a full address", () => {
  const deployment = { id: "d1", endpoint: "/api/v1/deployments/d1/predict" };
  expect(endpointUrl(deployment, "http://host:8000")).toBe("http://host:8000/api/v1/deployments/d1/predict");
  expect(endpointUrl({ id: "d1", endpoint: "" }, "http://host")).toBe("http://host/api/v1/deployments/d1/predict");
  expect(endpointUrl({ id: "d1", endpoint: "https://other/x" }, "http://host")).toBe("https://other/x");
});

it("cuts long lists and strings, saying how much is gone", () => {
  expect(shortened({ list: [1, 2, 3], text: "x".repeat(200) }, 2)).toEqual({
    list: [1, 2, "… 1 more"],
    text: `${"x".repeat(60)}… (200 characters)`,
  });
});

it("writes points on one line", () => {
  expect(readable({ box: [1, -2.5], name: "a" })).toBe('{\n  "box": [1, -2.5],\n  "name": "a"\n}');
});
