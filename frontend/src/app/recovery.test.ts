import { expect, it, vi } from "vitest";
import { ProblemError } from "@/api/problem";
import { loadPage } from "./recovery";

function world(up: boolean) {
  const kept = new Map<string, string>();
  return {
    answers: () => Promise.resolve(up),
    reload: vi.fn(),
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    },
  };
}

const gone = () => Promise.reject(new TypeError("Failed to fetch /static/page-1.js"));

it("stays where the server is away", async () => {
  const here = world(false);
  await expect(loadPage(gone, here)).rejects.toThrow(ProblemError);
  expect(here.reload).not.toHaveBeenCalled();
});

it("goes on where the second try brings the code", async () => {
  const here = world(true);
  const load = vi.fn().mockRejectedValueOnce(new Error("cut off")).mockResolvedValue("page");
  await expect(loadPage(load, here)).resolves.toBe("page");
  expect(here.reload).not.toHaveBeenCalled();
});

it("reloads once for a chunk that is gone", async () => {
  const here = world(true);
  void loadPage(gone, here);
  await vi.waitFor(() => expect(here.reload).toHaveBeenCalledTimes(1));
  await expect(loadPage(gone, here)).rejects.toThrow("page-1.js");
  expect(here.reload).toHaveBeenCalledTimes(1);
});
