import type { Architecture } from "@/api/types";

/** A small architecture for tests. */
export const architecture: Architecture = {
  name: "segformer",
  title: "SegFormer",
  tasks: ["semantic"],
  paper: "",
  licence: "",
  description: "",
  variants: [
    { name: "b0", parameters: 4_000_000, flops: [1e9, 4e9] },
    { name: "b1", parameters: 14_000_000, flops: [3e9, 12e9], hub_id: "nvidia/mit-b1" },
    { name: "b9", parameters: 99_000_000, hub_id: null },
  ],
  input_sizes: [
    [128, 128],
    [256, 256],
  ],
  size_multiple: 32,
  weights: ["pretrained", "scratch"],
  defaults: { variant: "b1", input_size: [256, 256], augmentations: [{ name: "flip", p: 0.3 }], hyperparameters: { steps: 50 } },
  hyperparameters: [
    { name: "steps", type: "int", default: 1000, min: 1, max: 20_000, group: "Length" },
    { name: "epochs", type: "int", default: null, group: "Length" },
    { name: "batch_size", type: "int", default: 8, group: "Length" },
    { name: "optimizer", type: "choice", default: "adamw", choices: ["adamw", "sgd"], group: "Optimiser" },
    { name: "momentum", type: "float", default: 0.9, group: "Optimiser" },
    { name: "layer_decay", type: "float", default: 1, group: "Optimiser" },
  ],
  augmentations: [
    { name: "gaussian_blur", title: "Blur", help: "Out of focus.", parameters: [{ name: "sigma", type: "range", default: [0, 2], min: 0, max: 20 }] },
    { name: "flip", title: "Flip", help: "", parameters: [{ name: "p", type: "float", default: 0.5, min: 0, max: 1 }] },
  ],
  presets: [
    { name: "quick", title: "Quick", help: "", spec: { variant: "b0", input_size: [128, 128], hyperparameters: { steps: 20 } } },
    { name: "best", title: "Best", help: "", spec: { augmentations: [{ name: "gaussian_blur" }], evaluation: { every: 7 } } },
  ],
};

export const other: Architecture = {
  ...architecture,
  name: "yolo",
  title: "YOLO",
  tasks: ["instance"],
  variants: [{ name: "n", parameters: 3_000_000, hub_id: null }],
  defaults: { variant: "n" },
  hyperparameters: [{ name: "steps", type: "int", default: 300 }],
};
