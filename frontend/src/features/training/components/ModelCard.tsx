import { Anchor } from "@mantine/core";
import { parameters } from "@/components/format";
import { flopsAt, flopsText } from "../model/cost";
import { sizeText } from "../model/diff";
import { useBuilder } from "./builder";
import classes from "./Model.module.css";

/** What the chosen model is, what it costs at the chosen size, and under which terms its weights come. */
export function ModelCard() {
  const { architecture, form } = useBuilder();
  const { spec } = form;
  const variant = architecture.variants.find(({ name }) => name === spec.variant);
  const flops = flopsAt(architecture, spec.variant, spec.input_size);
  const facts = [
    { name: "Parameters", value: variant ? parameters(variant.parameters) : "–" },
    { name: `At ${sizeText(spec.input_size)}`, value: flops === null ? "–" : flopsText(flops) },
    { name: "Tasks", value: architecture.tasks.join(", ") },
  ];
  return (
    <header className={classes.card}>
      <div>
        <h3>
          {architecture.title} <span>{spec.variant}</span>
        </h3>
        <p>{architecture.description}</p>
        <p className={classes.terms}>
          {architecture.licence}{" "}
          {architecture.paper !== "" && (
            <Anchor href={architecture.paper} target="_blank" rel="noreferrer" inherit>
              Paper
            </Anchor>
          )}
          {variant?.hub_id != null && variant.hub_id !== "" && <> · Published as {variant.hub_id}</>}
        </p>
      </div>
      <dl>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
