import { api, ok } from "@/api/client";
import { ProblemError } from "@/api/problem";
import type { components } from "@/api/schema";
import type { AnswerDocument, AnswerRemote } from "../model/sync/answers";
import type { WireShape } from "../model/sync/wire";

type Own = components["schemas"]["OwnAnswer"];
type Shapes = components["schemas"]["SaveAnswerRequest"]["results"];

/** The caller's own answer to an image. */
export function answerRemote(assetId: string): AnswerRemote {
  const path = { asset_id: assetId };
  const document = ({ revision, results, state }: Own): AnswerDocument => ({
    revision,
    results: results as unknown as WireShape[],
    isDone: state === "done",
  });
  return {
    read: async () => document(await ok<Own>(api.GET("/api/v1/assets/{asset_id}/answers/mine", { params: { path } }))),
    save: async (revision, shapes, done) =>
      document(
        await ok<Own>(
          api.PUT("/api/v1/assets/{asset_id}/answers/mine", {
            params: { path, header: { "If-Match": `"${revision}"` } },
            body: { results: shapes as Shapes, done },
          }),
        ),
      ),
    problemOf: (error) => (error instanceof ProblemError ? { status: error.status, detail: error.message } : { status: 0 }),
  };
}
