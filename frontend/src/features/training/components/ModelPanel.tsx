import { useBuilder } from "./builder";
import { ArchitectureList } from "./ArchitectureList";
import { FieldSection } from "./FieldSection";
import { InputSize } from "./InputSize";
import classes from "./Model.module.css";
import { ModelCard } from "./ModelCard";
import { Presets } from "./Presets";
import { Variants } from "./Variants";
import { Weights } from "./Weights";

/** Which architecture, how large, at which input size and from which weights. */
export function ModelPanel() {
  const { architecture } = useBuilder();
  return (
    <div className={classes.panel}>
      <ArchitectureList />
      <div className={classes.detail}>
        <ModelCard />
        {(architecture.presets?.length ?? 0) > 0 && (
          <FieldSection title="Presets" help="A good start in one click. Every field can still be changed.">
            <Presets />
          </FieldSection>
        )}
        <FieldSection title="Variant" help="The same architecture, larger or smaller.">
          <Variants />
        </FieldSection>
        <FieldSection title="Input" help="Every image is brought to this size before the model sees it.">
          <InputSize />
        </FieldSection>
        <FieldSection title="Starting weights" help="What the model knows before it sees your images.">
          <Weights />
        </FieldSection>
      </div>
    </div>
  );
}
