import { notifications } from "@mantine/notifications";
import { explain } from "@/api/problem";

export function notifyDone(message: string): void {
  notifications.show({ message, color: "teal", autoClose: 3500 });
}

export function notifyProblem(doing: string, error: unknown): void {
  const { title, detail, next, fields } = explain(error);
  const named = fields.map(({ field, message }) => `${field}: ${message}`).join(" ");
  notifications.show({
    title: `${doing} failed: ${title}`,
    message: [detail, named, next].filter((part) => part !== "").join(" "),
    color: "red",
    autoClose: 9000,
  });
}
