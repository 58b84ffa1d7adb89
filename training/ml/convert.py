"""`python -m training.ml.convert IN OUT`: a `.pt` or `.pth` state dict as safetensors, which a run takes as
`file:<name>`.

Only tensors are read (`weights_only`): a pickle of anything else is refused, for to open it is to run it.
"""

import argparse
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor

from training.ml.failures import Failure
from training.ml.files import write_bytes

# Where checkpoints keep the state dict, if not at the top.
PLACES = ("state_dict", "model_state_dict", "model", "ema", "net")
SAVE = (
    "Where you trust the file, open it with the code that it came from and save what is only tensors: "
    "torch.save(model.state_dict(), 'state.pt')."
)


def convert(source: Path, target: Path) -> int:
    """Write the tensors of a state dict as safetensors, in the types they have; how many there are. Raises
    `Failure` where the file holds none, or more than tensors and plain values.
    """
    try:
        loaded = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged files raise anything from KeyError to UnpicklingError
        if type(error).__name__ == "UnpicklingError" and is_checkpoint(source):
            detail = f"{source} holds a pickled object and no state dict; opening it would run its code."
            raise Failure("Not a state dict", detail, SAVE) from error
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        hint = "Give a file that torch.save wrote."
        raise Failure("The file cannot be read", f"{source}: {said}", hint) from error
    tensors = state_of(loaded)
    if not tensors:
        raise Failure("Not a state dict", f"{source} holds no tensors by name.", SAVE)
    # Tensors that share memory are written each for itself.
    whole = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    try:
        write_bytes(target, save(whole))
    except OSError as error:
        raise Failure("The file cannot be written", f"{target}: {error.strerror or error}") from error
    return len(whole)


def is_checkpoint(file: Path) -> bool:
    """Whether `torch.save` may have written the file: a zip archive, or the stream of older versions."""
    with file.open("rb") as content:
        return content.read(1) == b"\x80" or zipfile.is_zipfile(file)


def state_of(loaded: Any) -> dict[str, Tensor]:
    """The tensors by name in what was loaded: at its top, or where checkpoints keep them."""
    if not isinstance(loaded, Mapping):
        return {}
    tensors = {str(name): value for name, value in loaded.items() if isinstance(value, Tensor)}
    inside = (state_of(loaded[place]) for place in PLACES if place in loaded)
    return tensors or next((found for found in inside if found), {})


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert, and say how many tensors there are; 2 with the reason on stderr where it fails."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.convert", description=__doc__)
    parser.add_argument("source", metavar="IN", type=Path, help="a .pt or .pth file with a state dict")
    parser.add_argument("target", metavar="OUT", type=Path, help="the .safetensors file to write")
    asked = parser.parse_args(arguments)
    try:
        count = convert(asked.source, asked.target)
    except Failure as failure:
        print(f"{failure} {failure.hint}".strip(), file=sys.stderr)
        return 2
    print(f"{count} tensors written to {asked.target}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
