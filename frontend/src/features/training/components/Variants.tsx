import { Text } from "@mantine/core";
import { parameters } from "@/components/format";
import { flopsAt, flopsText } from "../model/cost";
import { withVariant } from "../model/form";
import { useBuilder } from "./builder";
import classes from "./Model.module.css";

export function Variants() {
  const { architecture, form, errors, setSpec } = useBuilder();
  const { spec } = form;
  return (
    <>
      <div role="radiogroup" aria-label="Variant" className={classes.variants}>
        {architecture.variants.map(({ name, parameters: size, description }) => {
          const flops = flopsAt(architecture, name, spec.input_size);
          return (
            <label key={name} className={classes.variant} data-checked={name === spec.variant || undefined}>
              <input type="radio" name="variant" aria-label={name} checked={name === spec.variant} onChange={() => setSpec(withVariant(architecture, spec, name))} />
              <b>{name}</b>
              <span>
                {parameters(size)}
                {flops !== null && ` · ${flopsText(flops)}`}
              </span>
              {description !== undefined && description !== "" && <small>{description}</small>}
            </label>
          );
        })}
      </div>
      {errors["variant"] !== undefined && (
        <Text size="xs" c="red" mt={6}>
          {errors["variant"]}
        </Text>
      )}
    </>
  );
}
