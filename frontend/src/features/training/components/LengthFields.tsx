import { SegmentedControl } from "@mantine/core";
import { integer } from "@/components/format";
import { useBuilder } from "./builder";
import { ParameterInput } from "./ParameterInput";

const FIRST_EPOCHS = 50;

/** The length of the run, in steps or in passes over the training images; each says what it comes to in the other. */
export function LengthFields() {
  const { architecture, form, defaults, errors, data, setSpec, setValue } = useBuilder();
  const values = form.spec.hyperparameters;
  const current = values["epochs"] == null ? "steps" : "epochs";
  const parameter = architecture.hyperparameters.find(({ name }) => name === current);
  const both = architecture.hyperparameters.some(({ name }) => name === "epochs");
  if (!parameter) return null;
  const batch = product(values["batch_size"], values["accumulate"] ?? 1);
  const choose = (next: string) => {
    const epochs = next === "epochs" ? (values["epochs"] ?? FIRST_EPOCHS) : null;
    setSpec({ hyperparameters: { ...values, epochs } });
  };
  return (
    <div>
      <ParameterInput
        parameter={parameter}
        fallback={current === "epochs" ? FIRST_EPOCHS : defaults[current]}
        value={values[current]}
        // An emptied field is wrong; null would mean the other unit.
        onChange={(value) => setValue(current, value ?? "")}
        error={errors[`hyperparameters.${current}`]}
        hint={hint(current, values[current], batch, data?.train ?? null)}
      />
      {both && (
        <SegmentedControl
          mt={6}
          size="xs"
          aria-label="Length in"
          data={[
            { value: "steps", label: "in steps" },
            { value: "epochs", label: "in epochs" },
          ]}
          value={current}
          onChange={choose}
        />
      )}
    </div>
  );
}

function hint(unit: string, value: unknown, batch: number | null, images: number | null): string | undefined {
  if (typeof value !== "number" || batch === null || images === null || images === 0 || batch === 0) return undefined;
  const perEpoch = Math.ceil(images / batch);
  if (unit === "epochs") return `About ${integer(Math.round(value * perEpoch))} steps on ${integer(images)} images.`;
  const epochs = (value * batch) / images;
  return `About ${epochs >= 10 ? integer(Math.round(epochs)) : String(Number(epochs.toPrecision(2)))} epochs of ${integer(images)} images.`;
}

function product(one: unknown, other: unknown): number | null {
  return typeof one === "number" && typeof other === "number" ? one * other : null;
}
