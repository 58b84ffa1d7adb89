import { expect, test } from "vitest";
import { ProblemError } from "@/api/problem";
import { refusals } from "./gates";

const problem = (status: number, fields: string[]) =>
  new ProblemError({ type: "about:blank", title: "No", status, detail: "", errors: fields.map((field) => ({ field, message: `of ${field}` })) });

test("only a conflict about gates is a refusal by them", () => {
  expect(refusals(problem(409, ["gates.0", "gates.1"]))).toEqual([
    { gate: "0", message: "of gates.0" },
    { gate: "1", message: "of gates.1" },
  ]);
  expect(refusals(problem(409, ["name"]))).toEqual([]);
  expect(refusals(problem(422, ["gates"]))).toEqual([]);
  expect(refusals(new Error("no"))).toEqual([]);
});
