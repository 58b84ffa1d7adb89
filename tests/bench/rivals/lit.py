"""LitServe over our predictor: `python lit.py BUNDLE PORT WORKERS THREADS`."""

import sys
from typing import Any

import litserve
import numpy as np
import orjson
from fastapi import Response

from training.ml.images import load_rgb
from training.ml.predictor import Predictor

BATCH = 8
WAIT_SECONDS = 0.002


class Segment(litserve.LitAPI):  # type: ignore[misc]
    """Decodes, computes in batches, reads the outputs: what our own server does with a request."""

    def setup(self, device: str) -> None:
        self.predictor = Predictor(sys.argv[1], runtime="openvino", threads=int(sys.argv[4]))

    # LitServe reads the annotation of a request as the shape of its body: without one it is a form.
    def decode_request(self, request):  # type: ignore[no-untyped-def]
        image = load_rgb(request["image"].file.read())
        return self.predictor.preprocess(image), image.shape[:2]

    def batch(self, inputs: Any) -> Any:
        return np.stack([tensor for tensor, _ in inputs]), [size for _, size in inputs]

    def predict(self, inputs: Any) -> Any:
        tensors, sizes = inputs
        outputs = self.predictor.forward(tensors)
        return [(tuple(output[i] for output in outputs), size) for i, size in enumerate(sizes)]

    def unbatch(self, outputs: Any) -> Any:
        return outputs

    def encode_response(self, output: Any) -> Any:
        arrays, (height, width) = output
        _, predictions = self.predictor.answer(arrays, height, width)
        content = orjson.dumps({"predictions": predictions}, option=orjson.OPT_SERIALIZE_NUMPY)
        return Response(content, media_type="application/json")


if __name__ == "__main__":
    api = Segment(max_batch_size=BATCH, batch_timeout=WAIT_SECONDS)
    server = litserve.LitServer(
        api, accelerator="cpu", workers_per_device=int(sys.argv[3]), track_requests=False
    )
    server.run(port=int(sys.argv[2]), host="127.0.0.1", generate_client_file=False, log_level="warning")
