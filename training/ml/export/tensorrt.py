"""A recipe for TensorRT: the ONNX file, the command that builds an engine of it, and what its flags mean.

An engine fits one GPU and one version of TensorRT, so it is built where it will run.
"""

from pathlib import Path

from torch import nn

from training.ml.export.onnx import write_onnx
from training.ml.export.plan import Plan

BATCHES = (1, 4, 16)


def write_tensorrt(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.onnx`, `build_engine.sh` and `TENSORRT.md` into `folder`."""
    write_onnx(model, folder, plan)
    script = folder / "build_engine.sh"
    script.write_text(_script(plan), encoding="utf-8")
    script.chmod(0o755)
    (folder / "TENSORRT.md").write_text(_guide(plan), encoding="utf-8")


def shapes(plan: Plan) -> dict[str, str]:
    """The least, usual and largest input of the engine's profile, as trtexec names them."""
    height, width = plan.size
    sides = [(height, width)] * 3
    if plan.dynamic_size:
        sides = [(height // 2, width // 2), (height, width), (height * 2, width * 2)]
    named = zip(("minShapes", "optShapes", "maxShapes"), BATCHES, sides, strict=True)
    return {name: f"image:{batch}x3x{h}x{w}" for name, batch, (h, w) in named}


def _script(plan: Plan) -> str:
    profile = " ".join(f"--{name}={shape}" for name, shape in shapes(plan).items())
    return f"""#!/bin/sh
# Builds model.engine for the GPU of this machine; arguments go to trtexec, such as --fp16 or --bf16.
set -e
cd "$(dirname "$0")"
exec trtexec --onnx=model.onnx --saveEngine=model.engine {profile} "$@"
"""


def _guide(plan: Plan) -> str:
    rows = "\n".join(f"| `--{name}` | `{shape}` |" for name, shape in shapes(plan).items())
    size = "any size between these" if plan.dynamic_size else "this size alone"
    outputs = ", ".join(f"`{name}`" for name in plan.outputs)
    return f"""# TensorRT

`./build_engine.sh --fp16` on the machine with the GPU; `trtexec` comes with TensorRT 10 or newer. The engine
takes `image`, float32 [n, 3, height, width], of {size}, and gives {outputs}.

| profile | shape |
| --- | --- |
{rows}

- `--fp16`, `--bf16`: half precision. Compare with `expected.json` afterwards: a network with large logits may
  need `--precisionConstraints=obey --layerPrecisions=<layer>:fp32` for its last layers.
- int8: export with the int8 quantization of the ONNX format; its ranges lie in the file, and
  `--int8 --fp16` makes an engine of it without a calibration of its own.
- `--sparsity=enable`: for a model pruned by 2:4 on an Ampere GPU or newer.

`predict.py` runs `model.onnx` in ONNX Runtime: what an engine should answer.
"""
