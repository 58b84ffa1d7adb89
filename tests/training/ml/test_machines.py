"""Two machines train one model: two network namespaces with a cable between them where this machine lets us
make them, else two launchers that meet on one address.
"""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.training.ml.conftest import ROOT, MakeRun, curves_of, metrics_of, run_here, state_of
from tests.training.ml.undropped import without_dropout
from training.ml.models import ARCHITECTURES

NETWORK = "10.213.77"
PORT = 29417


class Machine(NamedTuple):
    """How a command is run there, and which network it has."""

    prefix: list[str]
    address: str
    interface: str


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def connected(names: list[str]) -> list[Machine]:
    """A namespace a name, each with one end of a cable. Raises where this machine does not let us."""
    machines = []
    for name in names:
        ip("netns", "add", name)
    ends = [f"{name[:8]}v" for name in names]
    ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
    for number, (name, end) in enumerate(zip(names, ends, strict=True), 1):
        address = f"{NETWORK}.{number}"
        ip("link", "set", end, "netns", name)
        ip("-n", name, "addr", "add", f"{address}/24", "dev", end)
        ip("-n", name, "link", "set", end, "up")
        ip("-n", name, "link", "set", "lo", "up")
        machines.append(Machine(["ip", "netns", "exec", name], address, end))
    return machines


@pytest.fixture
def machines() -> Iterator[list[Machine]]:
    tag = uuid.uuid4().hex[:6]
    names = [f"a{tag}", f"b{tag}"]
    try:
        yield connected(names)
    except (OSError, subprocess.CalledProcessError):
        yield [Machine([], "127.0.0.1", "lo"), Machine([], "127.0.0.1", "lo")]
    finally:
        for name in names if shutil.which("ip") else []:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def start(machine: Machine, first: Machine, folder: Path) -> "subprocess.Popen[str]":
    """The launcher on one machine, as the guide says; they meet at the first."""
    launcher = [
        *("--nnodes", "2", "--nproc_per_node", "1", "--node_rank", str(int(machine is not first))),
        *("--master_addr", first.address, "--master_port", str(PORT)),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
        "OMP_NUM_THREADS": "1",
        "GLOO_SOCKET_IFNAME": machine.interface,
        # No server of names can be reached from there.
        "RES_OPTIONS": "attempts:1 timeout:1",
    }
    module = ["-m", "tests.training.ml.undropped", str(folder)]
    return subprocess.Popen(
        [*machine.prefix, sys.executable, "-m", "torch.distributed.run", *launcher, *module],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_two_machines_give_the_curves_of_one(make_run: MakeRun, machines: list[Machine]) -> None:
    given = {"steps": 4, "warmup_steps": 1, "optimizer": "sgd", "learning_rate": 0.01}
    one = make_run("one", hyperparameters={**given, "batch_size": 4}, evaluation={"every": 2})
    two = make_run("two", hyperparameters={**given, "batch_size": 2}, evaluation={"every": 2})
    children = [start(machine, machines[0], two) for machine in machines]
    said = [child.communicate(timeout=240)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert [line["step"] for line in metrics_of(two)] == [1, 2, 3, 4]
    assert state_of(two)["device"].startswith("2 x cpu")

    known = ARCHITECTURES["segformer"]
    without_dropout()
    try:
        run_here(one)
    finally:
        ARCHITECTURES["segformer"] = known
    for expected, got in zip(curves_of(one), curves_of(two), strict=True):
        assert got == pytest.approx(expected, abs=1e-5)
