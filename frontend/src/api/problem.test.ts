import { describe, expect, it } from "vitest";
import { explain, formErrors, ProblemError, readProblem, strayErrors } from "./problem";

const bad = new ProblemError({
  type: "urn:tessera:problem:bad-input",
  title: "Bad input",
  status: 400,
  detail: "Two fields are wrong.",
  errors: [
    { field: "spec.hyperparameters.steps", message: "must be at least 1" },
    { field: "spec.hyperparameters.steps", message: "must be whole" },
    { field: "name", message: "Is taken." },
    { field: "", message: "too much at once" },
  ],
});

describe("form errors", () => {
  it("land at their fields, as sentences, together where there are several", () => {
    expect(formErrors(bad, "spec")).toEqual({
      "hyperparameters.steps": "Must be at least 1. Must be whole.",
      name: "Is taken.",
      "": "Too much at once.",
    });
  });

  it("are empty for anything that is not a problem", () => {
    expect(formErrors(new TypeError("x"))).toEqual({});
    expect(formErrors(null)).toEqual({});
  });

  it("are not swallowed where no control shows them", () => {
    const errors = formErrors(bad, "spec");
    expect(strayErrors(errors, (path) => path === "name")).toEqual([
      "hyperparameters.steps: Must be at least 1. Must be whole.",
      "Too much at once.",
    ]);
  });
});

describe("explanations", () => {
  it("say title, detail and the next step", () => {
    const gone = new ProblemError({ type: "", title: "Not found", status: 404, detail: "No such run." });
    expect(explain(gone)).toMatchObject({ title: "Not found", detail: "No such run." });
    expect(explain(gone).next).toMatch(/deleted/);
  });

  it("advise about roles only where a role was refused", () => {
    const refused = (detail: string) => explain(new ProblemError({ type: "", title: "Not allowed", status: 403, detail })).next;
    expect(refused("Your role here is viewer: it does not allow 'train'.")).toMatch(/Ask an owner/);
    expect(refused("The email address and the password do not belong together.")).toBe("");
  });

  it("tell how long to wait", () => {
    const busy = new ProblemError({ type: "", title: "Too many requests", status: 429, detail: "" }, 7);
    expect(explain(busy).next).toBe("Wait 7 s, then try again.");
  });

  it("survive a proxy's page", () => {
    expect(readProblem(502, "<html>…</html>".repeat(50))).toMatchObject({ title: "The server is not answering", detail: "" });
    expect(readProblem(418, "teapot")).toMatchObject({ title: "The server answered 418", detail: "teapot" });
  });

  it("cover plain errors", () => {
    expect(explain(new Error("boom")).detail).toBe("boom");
  });
});
