import type { PredictAnswer } from "@/api/types";
import { postForm } from "@/api/upload";
import { type Question, queryOf } from "../model/question";

export interface Trial {
  answer: PredictAnswer & { png?: string; overlay?: string };
  /** What this browser waited, network and all. */
  milliseconds: number;
}

export async function predict(id: string, image: File, question: Question): Promise<Trial> {
  const form = new FormData();
  form.append("image", image, image.name);
  const start = performance.now();
  const answer = await postForm<Trial["answer"]>(`/api/v1/deployments/${id}/predict?${queryOf(question).toString()}`, form);
  return { answer, milliseconds: performance.now() - start };
}
